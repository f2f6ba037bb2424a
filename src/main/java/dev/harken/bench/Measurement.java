package dev.harken.bench;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * What was measured of a {@link Case}: rates and costs are medians over the rounds, percentiles are over the calls of
 * all rounds together.
 *
 * @param callers how many there were
 * @param rounds none when it could not be measured; the note says why
 * @param residentBytes Harken's memory after the last round, if it took part
 * @param note a word on it; empty when there is none
 */
record Measurement(Group group, String name, int callers, List<Round> rounds, OptionalLong residentBytes, String note) {
    Measurement {
        rounds = List.copyOf(rounds);
    }

    static Measurement missing(Group group, String name, int callers, String why) {
        return new Measurement(group, name, callers, List.of(), OptionalLong.empty(), why);
    }

    Measurement noting(String text) {
        return new Measurement(group, name, callers, rounds, residentBytes, note.isEmpty() ? text : note + "; " + text);
    }

    boolean isThere(Group wantedGroup, String wantedName, int wantedCallers) {
        return group == wantedGroup && name.equals(wantedName) && callers == wantedCallers;
    }

    OptionalDouble perSecond() {
        return median(round -> round.served().perSecond());
    }

    OptionalDouble statements() {
        return median(round -> round.usage().statements());
    }

    OptionalDouble postgresMillis() {
        return median(round -> round.usage().postgresMillis());
    }

    OptionalDouble applicationMillis() {
        return Median.of(rounds.stream()
                .map(round -> round.usage().applicationMillis())
                .flatMapToDouble(OptionalDouble::stream));
    }

    private OptionalDouble median(ToDoubleFunction<Round> value) {
        return Median.of(rounds.stream().mapToDouble(value));
    }

    /** The time in ms within which this share of the calls, 0 to 100, was answered. */
    OptionalDouble millis(double percent) {
        return rounds.stream()
                .map(round -> round.served().micros().copy())
                .reduce((all, one) -> {
                    all.add(one);
                    return all;
                })
                .filter(all -> all.getTotalCount() > 0)
                .map((Histogram all) -> OptionalDouble.of(all.getValueAtPercentile(percent) / 1000.0))
                .orElse(OptionalDouble.empty());
    }

    /** The measured calls, those of the run-ins not among them. */
    long calls() {
        return rounds.stream()
                .mapToLong(round -> round.served().micros().getTotalCount())
                .sum();
    }

    /**
     * How many times as many calls a second this had as another that was measured in turn with it: the median of the
     * rounds' ratios, in which the machine's slow wandering cancels out. Empty when one of them could not be measured.
     */
    OptionalDouble timesAsFastAs(Measurement other) {
        return Median.of(IntStream.range(0, Math.min(rounds.size(), other.rounds.size()))
                .mapToDouble(round -> rounds.get(round).served().perSecond()
                        / other.rounds.get(round).served().perSecond()));
    }
}
