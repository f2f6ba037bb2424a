package dev.harken.database.alerts;

import dev.harken.database.Database;
import dev.harken.database.Host;
import dev.harken.database.Latencies;
import dev.harken.database.LatencyWindow.Latency;
import dev.harken.database.insight.InsightFactory;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.Managed;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Wires the signals: where each is read, how often, and what becomes of it. */
public final class AlertsBundle {
    /** Between two readings that ask the database, and between two publications. */
    private static final long ASKING_SECONDS = 15;

    private final Map<Signal, Supplier<Reading>> sources = new EnumMap<>(Signal.class);
    private final List<BackgroundReading> asking = new ArrayList<>();
    private final Clock clock;

    private AlertsBundle(Clock clock) {
        this.clock = clock;
    }

    /**
     * Starts to sample and to publish.
     *
     * @param requests how long requests took lately
     * @param job asks the database how the job does
     * @param data the directory whose disk is looked at
     * @param teller is told each change of an alert; must not take long
     */
    public static Alerts install(
            Environment environment,
            Database database,
            AlertsFactory settings,
            InsightFactory thresholds,
            Latencies requests,
            Map<Signal, Supplier<Reading>> job,
            Path data,
            Consumer<Alert> teller,
            Clock clock) {
        AlertsBundle wiring = new AlertsBundle(clock);
        wiring.pool(database);
        wiring.latencies(database.pool().statements().latencies(), requests);
        wiring.host(database.host(), data);
        wiring.ask(Signal.DATABASE_CPU, new DatabaseCpu(database.beside(), database.host()));
        wiring.ask(Signal.REPLICATION_LAG, new ReplicationLag(database.beside(), thresholds));
        job.forEach(wiring::ask);

        HarkenProcess process = HarkenProcess.thisOne(clock.instant());
        Publisher publisher = new Publisher(
                process, database.pool(), database.advisor(), database.beside(), environment.getObjectMapper(), clock);
        SignalBoard board = new SignalBoard(process.name(), wiring.sources, settings, clock, publisher.andThen(teller));
        ScheduledExecutorService beside = environment
                .lifecycle()
                .scheduledExecutorService("operations", true)
                .threads(1)
                .build();
        environment.lifecycle().manage(new Managed() {
            @Override
            public void start() {
                wiring.sample(board, database.background(), settings.interval().toMillis());
                wiring.publish(board, publisher, beside);
            }

            @Override
            public void stop() {
                publisher.leave();
            }
        });
        return new Alerts(board, publisher);
    }

    private void sample(SignalBoard board, ScheduledExecutorService executor, long millis) {
        var unused = executor.scheduleAtFixedRate(board::sample, millis, millis, TimeUnit.MILLISECONDS);
    }

    /** On a thread of its own: whatever the database does, the sampling goes on. */
    private void publish(SignalBoard board, Publisher publisher, ScheduledExecutorService executor) {
        var unused = executor.scheduleWithFixedDelay(
                () -> {
                    asking.forEach(BackgroundReading::measure);
                    publisher.publish(board);
                },
                1,
                ASKING_SECONDS,
                TimeUnit.SECONDS);
    }

    private void pool(Database database) {
        sources.put(
                Signal.POOL_UTILIZATION,
                () -> Reading.of(database.pool().snapshot().utilizationPercent()));
        sources.put(
                Signal.POOL_WAITERS, () -> Reading.of(database.pool().snapshot().waiting()));
    }

    private void latencies(Latencies statements, Latencies requests) {
        sources.put(Signal.STATEMENT_P50, lately(statements, Latency::p50));
        sources.put(Signal.STATEMENT_P95, lately(statements, Latency::p95));
        sources.put(Signal.STATEMENT_P99, lately(statements, Latency::p99));
        sources.put(Signal.REQUEST_P95, lately(requests, Latency::p95));
        sources.put(Signal.REQUEST_RATE, () -> Reading.of(requests.all().perSecond()));
    }

    /** Nothing that took long is no reason for an alert: without any, the time is 0. */
    private static Supplier<Reading> lately(Latencies latencies, ToDoubleFunction<Latency> number) {
        return () -> Reading.of(number.applyAsDouble(latencies.all()));
    }

    private void host(Host host, Path data) {
        sources.put(Signal.HOST_MEMORY, () -> Reading.of(host.memoryPercent()));
        sources.put(Signal.HEAP_MEMORY, () -> Reading.of(host.heapPercent()));
        sources.put(Signal.DISK, () -> host.diskPercent(data).stream()
                .mapToObj(Reading::of)
                .findFirst()
                .orElseGet(() -> Reading.missing("the system does not tell how full the disk is")));
    }

    private void ask(Signal signal, Supplier<Reading> source) {
        BackgroundReading reading = new BackgroundReading(signal, source, clock);
        asking.add(reading);
        sources.put(signal, reading);
    }

    /** What the rest of Harken sees of the signals and alerts. */
    public record Alerts(SignalBoard board, Publisher publisher) {
        /** The alerts of all processes that are alive, those that last first, then the newest first. */
        public List<Alert> all() {
            return publisher.merged(board);
        }

        /** The alerts whose level lasts. */
        public List<Alert> active() {
            return all().stream().filter(Alert::isActive).toList();
        }
    }
}
