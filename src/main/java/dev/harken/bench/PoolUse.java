package dev.harken.bench;

import java.io.IOException;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/**
 * {@link Group#POOL}: how much of the service's pool is lent while 20 callers read the list uncached; and how much of one
 * as large, while they read it from what loads lazily.
 */
final class PoolUse {
    static final String NAME = "HTTP, uncached, pool looked at";
    static final String LAZY = "HTTP, lazy loading, pool looked at";
    static final int CALLERS = 20;

    /** Connections of the service's pool, if nobody sets it otherwise. */
    static final int CAPACITY = 20;

    private static final int LOOK_MILLIS = 50;

    private PoolUse() {}

    /**
     * What was measured, and the pool's use meanwhile.
     *
     * @param meanPercent of the pool's capacity, over all looks
     */
    record Result(Measurement measurement, double meanPercent) {}

    /** The service's first, then the other's. */
    static List<Result> measure(Scene scene) throws Exception {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        try (Connections connections = Connections.open(scene.stage(), CAPACITY + 1);
                LazyList lazy = LazyList.start(connections, CAPACITY)) {
            Connection connection = connections.get(CAPACITY);
            Api api = scene.service().api();
            Watched service = watched(scene, api, ListRequest.NO_CACHE, () -> servicePercent(api), timer);
            Watched other = watched(scene, lazy.api(), Map.of(), lazy::lentPercent, timer);
            List<Measurement> measured = scene.alternation()
                    .measure(
                            Group.POOL.word(),
                            List.of(
                                    Case.of(
                                            Group.POOL,
                                            NAME,
                                            service.callers(),
                                            scene.stage().meter(connection, scene.service())),
                                    Case.of(
                                            Group.POOL,
                                            LAZY,
                                            other.callers(),
                                            scene.stage().meter(connection))));
            return List.of(service.result(measured.get(0)), other.result(measured.get(1)));
        } finally {
            timer.shutdownNow();
        }
    }

    private static double servicePercent(Api api) {
        try {
            return api.json("/health/database/pool")
                    .at("/current_usage/utilization_percent")
                    .asDouble();
        } catch (IOException e) {
            return 100; // A full pool may answer so.
        }
    }

    private static Watched watched(
            Scene scene, Api api, Map<String, String> headers, DoubleSupplier percent, ScheduledExecutorService timer) {
        return new Watched(
                ListRequest.reading(api, new Rotation(scene.size()), ListReading.PAGE, headers, CALLERS),
                percent,
                timer);
    }

    /** Callers during whose rounds the pool is looked at. */
    private static final class Watched {
        private final List<Caller> others;
        private final DoubleSupplier percent;
        private final ScheduledExecutorService timer;
        private final DoubleSummaryStatistics use = new DoubleSummaryStatistics(); // Guarded by itself.
        private ScheduledFuture<?> looks;

        Watched(List<Caller> callers, DoubleSupplier percent, ScheduledExecutorService timer) {
            this.others = callers;
            this.percent = percent;
            this.timer = timer;
        }

        /** The first of them looks. */
        List<Caller> callers() {
            List<Caller> callers = new ArrayList<>(others);
            Caller first = callers.get(0);
            callers.set(0, new Caller() {
                @Override
                public void begin() {
                    looks = timer.scheduleAtFixedRate(
                            Watched.this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
                }

                @Override
                public void call() throws Exception {
                    first.call();
                }

                @Override
                public void end() {
                    if (looks != null) {
                        looks.cancel(false);
                    }
                }
            });
            return callers;
        }

        private void look() {
            double now = percent.getAsDouble();
            synchronized (use) {
                use.accept(now);
            }
        }

        Result result(Measurement measured) {
            synchronized (use) {
                return new Result(
                        measured.noting(String.format(
                                Locale.ROOT,
                                "utilization %.0f %% on average, %.0f %% at most, %d looks",
                                use.getAverage(),
                                use.getMax(),
                                use.getCount())),
                        use.getAverage());
            }
        }
    }
}
