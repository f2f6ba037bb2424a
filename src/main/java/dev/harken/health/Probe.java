package dev.harken.health;

import com.codahale.metrics.health.HealthCheck;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A health check that always answers in time: the look itself runs on a thread of its own, one at a time, and a look
 * that hangs is reported as such for as long as it does. Remembers what it saw last. Thread-safe.
 */
final class Probe extends HealthCheck {
    static final Duration PATIENCE = Duration.ofMillis(800);
    private static final Logger LOG = LoggerFactory.getLogger(Probe.class);

    private final String what;
    private final Supplier<Observation> look;
    private final ExecutorService thread;
    private final Clock clock;
    private Future<Observation> running;
    private volatile Observation latest;

    /**
     * Prepares a probe.
     *
     * @param thread an executor that nobody else uses
     */
    Probe(String what, Supplier<Observation> look, ExecutorService thread, Clock clock) {
        this.what = what;
        this.look = look;
        this.thread = thread;
        this.clock = clock;
        this.latest = Observation.of(Observation.State.UNKNOWN, what + " was not looked at yet", clock.instant());
    }

    /** What was seen last; unknown when that is longer ago than the given time. */
    Observation latest(Duration freshFor) {
        Observation seen = latest;
        return seen.at().plus(freshFor).isBefore(clock.instant())
                ? Observation.of(Observation.State.UNKNOWN, what + " was last looked at " + seen.at(), clock.instant())
                : seen;
    }

    @Override
    protected Result check() {
        latest = observe();
        ResultBuilder result = Result.builder().withMessage(latest.message());
        latest.details().forEach(result::withDetail);
        result.withDetail("state", latest.state().label());
        return (latest.state().isFine() || latest.state() == Observation.State.DEGRADED
                        ? result.healthy()
                        : result.unhealthy())
                .build();
    }

    /** Joins a look that is under way: two would tell no more than one, and a hanging one would pile up. */
    private synchronized Future<Observation> lookOnce() {
        if (running == null || running.isDone()) {
            running = thread.submit(look::get);
        }
        return running;
    }

    private Observation observe() {
        try {
            return lookOnce().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return Observation.of(
                    Observation.State.UNHEALTHY,
                    what + " did not answer within " + PATIENCE.toMillis() + " ms",
                    clock.instant());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Observation.of(Observation.State.UNKNOWN, what + " was not looked at", clock.instant());
        } catch (ExecutionException | CancellationException e) {
            LOG.warn("health check failed: what={} reason={}", what, e.toString());
            return new Observation(Observation.State.UNHEALTHY, what + " cannot be reached", Map.of(), clock.instant());
        }
    }
}
