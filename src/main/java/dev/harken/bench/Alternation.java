package dev.harken.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Measures several cases in turn, each a little in every round, so that what the machine does meanwhile hits all. */
final class Alternation {
    static final int ROUNDS = 5;
    /** The share of a round's time that goes before it unmeasured, to warm the connections and caches. */
    private static final int RUN_IN_PARTS = 2;

    private static final Duration LONG_ROUND = Duration.ofSeconds(3);

    private final Load load;
    private final Duration window;
    private final Progress progress;

    /**
     * A way to measure.
     *
     * @param measured how long each case counts, all rounds together
     */
    Alternation(Load load, Duration measured, Progress progress) {
        this.load = load;
        this.window = measured.dividedBy(ROUNDS);
        this.progress = progress;
    }

    /** Tells whoever waits what is being done. */
    void say(String what) {
        progress.say("%s", what);
    }

    /**
     * Lets work be done without measuring, each in turn: a JVM on two cores compiles for more than a minute while it is
     * under load, and only what runs often. Always for as long, since a rate that seems to grow no more grows again when
     * the next methods are compiled.
     *
     * @param steps each as long as a case counts
     */
    void warmUp(List<Work> works, int steps) throws Exception {
        for (int step = 0; step < steps; step++) {
            Work work = works.get(step % works.size());
            try {
                work.begin();
                work.run(load, Duration.ZERO, window.multipliedBy(ROUNDS));
            } finally {
                work.end();
            }
        }
    }

    List<Measurement> measure(String what, List<Case> cases) throws Exception {
        List<List<Round>> rounds = new ArrayList<>();
        cases.forEach(one -> rounds.add(new ArrayList<>()));
        for (int round = 1; round <= ROUNDS; round++) {
            if (round == 1 || isLong(cases)) {
                progress.say("%s: round %d of %d", what, round, ROUNDS);
            }
            for (int index = 0; index < cases.size(); index++) {
                rounds.get(index).add(round(cases.get(index)));
            }
        }
        List<Measurement> measured = new ArrayList<>();
        for (int index = 0; index < cases.size(); index++) {
            Case one = cases.get(index);
            measured.add(new Measurement(
                    one.group(),
                    one.name(),
                    one.work().callers(),
                    rounds.get(index),
                    one.meter().residentBytes(),
                    one.note().orElse("")));
        }
        return measured;
    }

    /** Whether somebody who waits wants to hear of each round. */
    private boolean isLong(List<Case> cases) {
        return window.multipliedBy(cases.size()).compareTo(LONG_ROUND) > 0;
    }

    private Round round(Case one) throws Exception {
        try {
            one.work().begin();
            return metered(one);
        } finally {
            one.work().end();
        }
    }

    private Round metered(Case one) throws Exception {
        Meter.Reading before = one.meter().read();
        Load.Served served = one.work().run(load, window.dividedBy(RUN_IN_PARTS), window);
        return new Round(served, one.meter().read().since(before, served.calls()));
    }
}
