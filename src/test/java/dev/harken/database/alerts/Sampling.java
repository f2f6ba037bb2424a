package dev.harken.database.alerts;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.harken.testing.SetClock;
import io.dropwizard.jackson.Jackson;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A board over sources that a test sets, sampled as fast as the machine can. */
final class Sampling {
    final SignalBoard board;
    final List<Alert> told = new ArrayList<>();

    private final SetClock clock;
    private final Duration interval;
    private final Map<Signal, Supplier<Reading>> sources = new EnumMap<>(Signal.class);

    Sampling(SetClock clock, AlertsFactory settings, Signal... measured) {
        this(clock, settings, "here 1", measured);
    }

    Sampling(SetClock clock, AlertsFactory settings, String process, Signal... measured) {
        this.clock = clock;
        this.interval = settings.interval();
        Map<Signal, Supplier<Reading>> indirect = new EnumMap<>(Signal.class);
        for (Signal signal : measured) {
            set(signal, 0);
            indirect.put(signal, () -> sources.get(signal).get());
        }
        this.board = new SignalBoard(process, indirect, settings, clock, told::add);
    }

    /** The default settings but for those named, as JSON. */
    static AlertsFactory settings(String json) {
        try {
            return Jackson.newObjectMapper().readValue(json, AlertsFactory.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    Clock clock() {
        return clock;
    }

    void set(Signal signal, double value) {
        set(signal, () -> Reading.of(value));
    }

    void set(Signal signal, Supplier<Reading> source) {
        sources.put(signal, source);
    }

    /** Samples as often as fits into the time; the first time an interval from now. */
    void run(Duration time) {
        for (long left = time.dividedBy(interval); left > 0; left--) {
            clock.advance(interval);
            board.sample();
        }
    }

    /** Holds the signal at a value for a while. */
    void hold(Signal signal, double value, Duration time) {
        set(signal, value);
        run(time);
    }

    SignalBoard.SignalState state(Signal signal) {
        return board.states().stream()
                .filter(state -> state.signal() == signal)
                .findFirst()
                .orElseThrow();
    }
}
