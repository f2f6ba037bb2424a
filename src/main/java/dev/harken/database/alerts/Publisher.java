package dev.harken.database.alerts;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harken.database.Pool;
import dev.harken.database.PoolAdvisor;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the other processes over the same database what this one knows of itself, stores its alerts and its signals'
 * history, and reads what the others told. What could not be stored is stored with the next publication; the last one
 * to be read is what is known of the others until then. Thread-safe.
 */
public final class Publisher implements Consumer<Alert> {
    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
    private static final Duration THINNED_TO = Duration.ofMinutes(5);
    private static final Duration CLEANING = Duration.ofHours(1);
    private static final int MOST_UNSTORED = 200;

    private final HarkenProcess process;
    private final Pool pool;
    private final PoolAdvisor advisor;
    private final Jdbi jdbi;
    private final Clock clock;
    private final ProcessDao processes;
    private final AlertDao alerts = new AlertDao();
    private final SampleDao samples = new SampleDao();
    private final Map<UUID, Alert> unstored = new LinkedHashMap<>();

    private volatile List<HarkenProcess.Seen> alive = List.of();
    private volatile List<Alert> ofOthers = List.of();
    private Instant thinnedAt;
    private Instant cleanedAt = Instant.EPOCH;
    private boolean failing;
    private boolean left;

    /**
     * Prepares.
     *
     * @param jdbi over a connection that is not the pool's
     */
    public Publisher(
            HarkenProcess process, Pool pool, PoolAdvisor advisor, Jdbi jdbi, ObjectMapper mapper, Clock clock) {
        this.process = process;
        this.pool = pool;
        this.advisor = advisor;
        this.jdbi = jdbi;
        this.clock = clock;
        this.processes = new ProcessDao(mapper);
        this.thinnedAt = clock.instant();
    }

    /** Keeps an alert to be stored with the next publication. */
    @Override
    public void accept(Alert alert) {
        synchronized (unstored) {
            unstored.put(alert.id(), alert);
            if (unstored.size() > MOST_UNSTORED) {
                unstored.remove(unstored.keySet().iterator().next());
            }
        }
    }

    /** Tells and reads, in one transaction; to be called by one thread, every few seconds. Never throws. */
    synchronized void publish(SignalBoard board) {
        if (left) {
            return;
        }
        Collection<Alert> changed = changed();
        // Those that last each time: after a while without the database, another process may have ended them.
        Collection<Alert> told = new LinkedHashSet<>(changed);
        told.addAll(board.active());
        Instant now = clock.instant();
        boolean thin = !thinnedAt.plus(THINNED_TO).isAfter(now);
        boolean clean = cleanedAt.plus(CLEANING).isBefore(now);
        try {
            jdbi.useTransaction(handle -> {
                processes.store(handle, process, state(board));
                told.forEach(alert -> alerts.store(handle, process, alert));
                alerts.resolveThoseOfTheDead(handle);
                if (thin) {
                    samples.store(handle, process.id(), board.summary(thinnedAt, now));
                }
                if (clean) {
                    processes.removeOld(handle);
                    alerts.removeOld(handle);
                    samples.removeOld(handle);
                }
                alive = processes.alive(handle);
                ofOthers = alerts.ofOthers(handle, process.id());
            });
        } catch (RuntimeException e) {
            failed(e);
            return;
        }
        failing = false;
        stored(changed);
        thinnedAt = thin ? now : thinnedAt;
        cleanedAt = clean ? now : cleanedAt;
    }

    /** Takes this process out of the list of those that are alive, for good. */
    synchronized void leave() {
        left = true;
        try {
            jdbi.useHandle(handle -> processes.remove(handle, process));
        } catch (RuntimeException e) {
            LOG.debug("process not taken out: reason={}", e.getMessage());
        }
    }

    public HarkenProcess process() {
        return process;
    }

    /** The processes that were alive at the last publication, this one included once it has published. */
    public List<HarkenProcess.Seen> processes() {
        return alive;
    }

    /** The alerts of this process and of all others, those that last first, then the newest first. */
    public List<Alert> merged(SignalBoard board) {
        return Stream.of(board.active(), board.ended(), ofOthers)
                .flatMap(List::stream)
                .sorted(Comparator.comparing(Alert::isActive)
                        .thenComparing(Alert::firedAt)
                        .reversed())
                .toList();
    }

    /**
     * Some signals' stored history over all processes, by time. Asks the database, and throws what JDBI throws.
     *
     * @param step the distance of two points, a multiple of five minutes
     */
    public List<SignalBoard.Point> history(Collection<Signal> signals, Duration back, Duration step) {
        return jdbi.withHandle(
                handle -> samples.history(handle, signals, clock.instant().minus(back), step));
    }

    private HarkenProcess.State state(SignalBoard board) {
        return new HarkenProcess.State(
                pool.snapshot(),
                advisor.advise(),
                board.states().stream().map(HarkenProcess.Measured::of).toList());
    }

    private Collection<Alert> changed() {
        synchronized (unstored) {
            return new ArrayList<>(unstored.values());
        }
    }

    private void stored(Collection<Alert> written) {
        synchronized (unstored) {
            // One that changed in between stays for the next time.
            written.forEach(alert -> unstored.remove(alert.id(), alert));
        }
    }

    private void failed(RuntimeException e) {
        if (!failing) {
            LOG.warn("process state not published: reason={}", e.getMessage());
        }
        failing = true;
    }
}
