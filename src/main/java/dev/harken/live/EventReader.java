package dev.harken.live;

import dev.harken.database.Tenant;
import io.dropwizard.lifecycle.Managed;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads events once for all listeners of the process: one thread, and one connection that is open only while there are
 * listeners. It begins them, too, so that what they missed and what is new join without a gap.
 */
final class EventReader implements Managed {
    /** What a listener who resumes is told at most; beyond that it reads anew what it shows. */
    static final int MOST_REPLAYED = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(EventReader.class);
    private static final int BATCH = 500;

    /** How long the socket is listened to at once; who joins meanwhile waits for so long. */
    private static final Duration TURN = Duration.ofMillis(50);

    /** Between two looks when nothing was told. */
    private static final Duration POLL = Duration.ofSeconds(5);

    private static final Duration FIRST_HELD = Duration.ofMillis(50);
    private static final Duration LONGEST_HELD = Duration.ofSeconds(1);

    /** The connection stays for so long without listeners: a page that is loaded anew finds it. */
    private static final Duration LINGER = Duration.ofSeconds(30);

    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

    private final DataSource direct;
    private final EventDao dao;
    private final EventText text;
    private final ViewingDao viewings;
    private final EventHub hub;
    private final Queue<Listener> joining = new ArrayDeque<>();
    private Optional<EventPosition> position = Optional.empty();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private Thread thread;

    /**
     * Prepares.
     *
     * @param direct opens connections to PostgreSQL itself: PgBouncer passes no notifications on
     */
    EventReader(DataSource direct, EventDao dao, EventText text, ViewingDao viewings, EventHub hub) {
        this.direct = direct;
        this.dao = dao;
        this.text = text;
        this.viewings = viewings;
        this.hub = hub;
    }

    @Override
    public void start() {
        thread = new Thread(this::run, "events");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void stop() throws InterruptedException {
        stopped.countDown();
        thread.interrupt();
        thread.join(LONGEST_STOP.toMillis());
    }

    private void run() {
        boolean failing = false;
        while (!isStopping()) {
            try {
                if (hub.awaitListeners(POLL)) {
                    follow();
                    failing = false;
                } else {
                    // Whoever comes next begins then. Not already when this has stopped following: somebody may just
                    // have come, and been told of all until there.
                    position = Optional.empty();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (SQLException | RuntimeException e) {
                if (!failing && !isStopping()) {
                    LOG.warn("events not read, trying again: reason={}", e.getMessage());
                }
                failing = true;
                pause();
            }
        }
    }

    /** Leaves PostgreSQL in peace for a moment, or until this is to stop. */
    private void pause() {
        try {
            var unused = stopped.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isStopping() {
        return stopped.getCount() == 0;
    }

    private void follow() throws SQLException {
        try (EventConnection opened = EventConnection.open(direct)) {
            Connection connection = opened.connection();
            begin(connection);
            Duration held = FIRST_HELD;
            long due = System.nanoTime();
            long wanted = due;
            while (!isStopping() && System.nanoTime() - wanted < LINGER.toNanos()) {
                if (!hub.isEmpty()) {
                    wanted = System.nanoTime();
                }
                EventConnection.News news = opened.await(TURN);
                tell(news.viewings());
                boolean told = news.events();
                joining.addAll(hub.takeJoining());
                if (told || !joining.isEmpty() || System.nanoTime() - due >= 0) {
                    // Before the events: what is held at the time of this look is looked for again.
                    boolean isHeld = dao.isHeld(connection);
                    read(connection);
                    begin(connection, joining);
                    held = told || !isHeld ? FIRST_HELD : longer(held);
                    due = System.nanoTime() + (isHeld ? held : POLL).toNanos();
                }
            }
        }
    }

    private static Duration longer(Duration held) {
        Duration doubled = held.multipliedBy(2);
        return doubled.compareTo(LONGEST_HELD) > 0 ? LONGEST_HELD : doubled;
    }

    private void begin(Connection connection) throws SQLException {
        int foreign = dao.forgetForeign(connection);
        if (foreign > 0) {
            LOG.warn("events of another server's time are not told: count={}", foreign);
        }
        if (position.isEmpty()) {
            position = Optional.of(dao.end(connection));
        } else if (dao.isAhead(connection, position.get())) {
            // Another server took over, and does not have the last of what was told.
            position = Optional.of(dao.end(connection));
            hub.reset(position.get());
        }
    }

    /** Tells what is new. */
    private void read(Connection connection) throws SQLException {
        List<Event> events;
        do {
            events = dao.after(connection, Tenant.EVERY, position.orElseThrow(), BATCH);
            if (!events.isEmpty()) {
                hub.tell(events.stream()
                        .map(event -> new Listener.Told(event, text.of(event)))
                        .toList());
                position = Optional.of(events.get(events.size() - 1).position());
            }
        } while (events.size() == BATCH && !isStopping());
    }

    private void tell(List<String> told) {
        told.stream()
                .map(viewings::read)
                .flatMap(Optional::stream)
                .forEach(viewing -> hub.tell(viewing, text.of(viewing)));
    }

    /** Begins those who wait; one whose turn fails stays in the queue. */
    private void begin(Connection connection, Queue<Listener> waiting) throws SQLException {
        while (!waiting.isEmpty()) {
            begin(connection, waiting.element());
            waiting.remove();
        }
    }

    private void begin(Connection connection, Listener listener) throws SQLException {
        EventPosition now = position.orElseThrow();
        if (listener.after().isEmpty()) {
            listener.begin(now, List.of(EventText.opening(now)));
            return;
        }
        EventPosition after = listener.after().get();
        List<Event> missed = List.of();
        boolean isReset = dao.isAhead(connection, after);
        if (!isReset) {
            missed = dao.after(connection, listener.tenant(), after, MOST_REPLAYED + 1);
            isReset = missed.size() > MOST_REPLAYED;
        }
        if (isReset) {
            listener.begin(now, List.of(EventText.opening(now), EventText.reset(now)));
            return;
        }
        // The log may have grown since the last reading, and another process may have told more.
        EventPosition last =
                missed.isEmpty() ? after : missed.get(missed.size() - 1).position();
        EventPosition told = last.isAfter(now) ? last : now;
        List<byte[]> messages = new ArrayList<>();
        messages.add(EventText.opening(after));
        missed.forEach(event -> messages.add(text.of(event)));
        listener.begin(told, messages);
    }
}
