package dev.harken.bench;

import java.io.IOException;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** {@link Group#POOL}: how much of the service's pool is lent while 20 callers read the list uncached. */
final class PoolUse {
    static final String NAME = "HTTP, uncached, pool looked at";
    static final int CALLERS = 20;

    private static final int LOOK_MILLIS = 50;

    private PoolUse() {}

    /**
     * What was measured, and the pool's use meanwhile.
     *
     * @param meanPercent of the pool's capacity, over all looks
     * @param peakPercent the most that a look has seen
     */
    record Result(Measurement measurement, double meanPercent, double peakPercent) {}

    static Result measure(Scene scene) throws Exception {
        Api api = scene.service().api();
        Rotation clients = new Rotation(scene.size());
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        try (Connection connection = scene.stage().connect()) {
            List<Caller> callers =
                    new ArrayList<>(ListRequest.reading(api, clients, ListReading.PAGE, ListRequest.NO_CACHE, CALLERS));
            Watched watched = new Watched(callers.get(0), api, timer);
            callers.set(0, watched);
            Measurement measured = scene.alternation()
                    .measure(
                            Group.POOL.word(),
                            List.of(Case.of(
                                    Group.POOL, NAME, callers, scene.stage().meter(connection, scene.service()))))
                    .get(0);
            DoubleSummaryStatistics use = watched.use();
            return new Result(
                    measured.noting(String.format(
                            Locale.ROOT,
                            "utilization %.0f %% on average, %.0f %% at most, %d looks",
                            use.getAverage(),
                            use.getMax(),
                            use.getCount())),
                    use.getAverage(),
                    use.getMax());
        } finally {
            timer.shutdownNow();
        }
    }

    /** A caller during whose rounds the pool is looked at. */
    private static final class Watched implements Caller {
        private final Caller caller;
        private final Api api;
        private final ScheduledExecutorService timer;
        private final DoubleSummaryStatistics use = new DoubleSummaryStatistics(); // Guarded by itself.
        private ScheduledFuture<?> looks;

        Watched(Caller caller, Api api, ScheduledExecutorService timer) {
            this.caller = caller;
            this.api = api;
            this.timer = timer;
        }

        @Override
        public void begin() {
            looks = timer.scheduleAtFixedRate(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }

        private void look() {
            try {
                double percent = api.json("/health/database/pool")
                        .at("/current_usage/utilization_percent")
                        .asDouble();
                synchronized (use) {
                    use.accept(percent);
                }
            } catch (IOException e) {
                // A full pool may answer so: it counts as full.
                synchronized (use) {
                    use.accept(100);
                }
            }
        }

        @Override
        public void call() throws Exception {
            caller.call();
        }

        @Override
        public void end() {
            if (looks != null) {
                looks.cancel(false);
            }
        }

        DoubleSummaryStatistics use() {
            synchronized (use) {
                DoubleSummaryStatistics copy = new DoubleSummaryStatistics();
                copy.combine(use);
                return copy;
            }
        }
    }
}
