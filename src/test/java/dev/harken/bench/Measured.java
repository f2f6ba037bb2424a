package dev.harken.bench;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.HdrHistogram.Histogram;

/** Measurements as if they had been taken. */
final class Measured {
    private Measured() {}

    /** One whose rounds each had so many calls a second, and in each one call of a millisecond. */
    static Measurement atRates(Group group, String name, int callers, double... perSecond) {
        return new Measurement(
                group,
                name,
                callers,
                Arrays.stream(perSecond).mapToObj(rate -> round(rate, 1000)).toList(),
                OptionalLong.empty(),
                "");
    }

    /** A round with calls that took so many microseconds. */
    static Round round(double perSecond, long... micros) {
        Histogram histogram = new Histogram(60_000_000, 3);
        Arrays.stream(micros).forEach(histogram::recordValue);
        return new Round(
                new Load.Served(perSecond, histogram, micros.length),
                new Meter.Usage(1, 2, OptionalDouble.of(perSecond / 10)));
    }

    static Results results(Measurement... measurements) {
        return new Results(
                List.of(measurements),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalLong.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty());
    }
}
