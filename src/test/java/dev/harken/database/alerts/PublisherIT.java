package dev.harken.database.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.clients.Client;
import dev.harken.database.Database;
import dev.harken.database.Level;
import dev.harken.http.ApiJson;
import dev.harken.testing.PostgresServer;
import dev.harken.testing.SetClock;
import dev.harken.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two processes over one real database, which tell each other how they stand. */
class PublisherIT {
    private final SetClock clock = new SetClock(Instant.now());
    private final List<Peer> processes = new ArrayList<>();
    private TestDatabase database;
    private Peer one;
    private Peer other;

    @BeforeEach
    void start() throws Exception {
        database = PostgresServer.shared().createMigratedDatabase();
        one = new Peer("one");
        other = new Peer("other");
    }

    @AfterEach
    void stop() {
        processes.forEach(process -> process.database.pool().close());
    }

    @Test
    void eachSeesTheOthersStateAndAlerts() {
        one.read(95);
        other.read(5);
        lastFor(Duration.ofMinutes(20));
        one.publish();
        other.publish();
        one.publish();

        assertThat(one.publisher.processes())
                .extracting(seen -> seen.process().name())
                .containsExactlyInAnyOrder("one", "other");
        assertThat(other.publisher.merged(other.board)).singleElement().satisfies(alert -> {
            assertThat(alert.process()).isEqualTo("one");
            assertThat(alert.signal()).isEqualTo(Signal.DISK);
            assertThat(alert.level()).isEqualTo(Level.CRITICAL);
            assertThat(alert.isActive()).isTrue();
            assertThat(alert.reason()).contains("Disk was above 90 %");
        });
        // Its own it knows by itself, and once only.
        assertThat(one.publisher.merged(one.board)).hasSize(1);
        assertThat(other.publisher.processes().stream()
                        .filter(seen -> seen.process().name().equals("one"))
                        .flatMap(seen -> seen.state().signals().stream())
                        .filter(measured -> measured.signal() == Signal.DISK))
                .singleElement()
                .satisfies(measured -> assertThat(measured.value()).isEqualTo(95));

        one.read(5);
        lastFor(Duration.ofMinutes(20));
        one.publish();
        other.publish();
        assertThat(other.publisher.merged(other.board)).singleElement().satisfies(alert -> assertThat(alert.isActive())
                .isFalse());
    }

    @Test
    void oneThatIsGoneIsNotShownAndItsAlertsEnd() throws Exception {
        one.read(95);
        lastFor(Duration.ofMinutes(20));
        one.publish();
        database.execute("update processes set seen_at = now() - interval '61 seconds' where name = 'one'");
        other.publish();
        assertThat(names(other)).containsExactly("other");
        assertThat(other.publisher.merged(other.board)).isEmpty();

        database.execute("update processes set seen_at = now() - interval '301 seconds' where name = 'one'");
        other.publish();
        assertThat(other.publisher.merged(other.board)).singleElement().matches(alert -> !alert.isActive());
    }

    @Test
    void anAlertThatWasEndedForAProcessThatWasNotSeenLastsOnWhenItIsBack() throws Exception {
        one.read(95);
        lastFor(Duration.ofMinutes(20));
        one.publish();
        database.execute("update processes set seen_at = now() - interval '301 seconds' where name = 'one'");
        other.publish();
        one.publish();
        other.publish();

        assertThat(other.publisher.merged(other.board)).singleElement().matches(Alert::isActive);
    }

    @Test
    void oneThatStopsIsGoneAtOnceAndForGood() {
        one.publish();
        one.publisher.leave();
        one.publish();
        other.publish();

        assertThat(names(other)).containsExactly("other");
    }

    @Test
    void anAlertOfTheTimeWithoutADatabaseIsStoredLater() throws Exception {
        one.read(95);
        database.execute("alter table alerts rename to hidden");
        lastFor(Duration.ofMinutes(20));
        one.publish();
        one.publish();
        assertThat(one.publisher.merged(one.board)).hasSize(1);

        database.execute("alter table hidden rename to alerts");
        one.publish();
        assertThat(database.scalar("select count(*) || ' ' || max(level) from alerts"))
                .isEqualTo("1 critical");
    }

    @Test
    void theHistoryIsThinnedToFiveMinutesAndReadInSteps() throws Exception {
        one.read(10);
        lastFor(Duration.ofMinutes(4));
        one.publish();
        assertThat(database.scalar("select count(*) from signal_samples")).isEqualTo("0");

        one.read(70);
        lastFor(Duration.ofMinutes(1));
        one.publish();
        one.publish();
        assertThat(database.scalar("select count(*) || ' ' || round(min(average)) || ' ' || max(highest)"
                        + " from signal_samples where signal = 'disk'"))
                .isEqualTo("1 22 70");

        lastFor(Duration.ofMinutes(5));
        one.publish();
        List<SignalBoard.Point> history =
                one.publisher.history(List.of(Signal.DISK), Duration.ofHours(1), Duration.ofMinutes(5));
        assertThat(history).hasSize(2).allMatch(point -> point.signal() == Signal.DISK);
        assertThat(history.get(1).average()).isEqualTo(70);
        assertThat(one.publisher.history(List.of(Signal.JOB_LAG), Duration.ofHours(1), Duration.ofMinutes(5)))
                .isEmpty();
        assertThat(one.publisher.history(List.of(Signal.DISK), Duration.ofHours(1), Duration.ofDays(1)))
                .singleElement()
                .satisfies(point -> assertThat(point.highest()).isEqualTo(70));
    }

    @Test
    void whatIsOlderThan30DaysIsDeleted() throws Exception {
        database.execute(
                """
                insert into signal_samples (signal, at, process_id, average, highest)
                select 'disk', now() - days * interval '1 day', gen_random_uuid(), 1, 1 from generate_series(28, 32) days
                """,
                """
                insert into alerts (id, process_id, process, signal, level, began_at, fired_at, resolved_at, reason)
                select gen_random_uuid(), gen_random_uuid(), 'gone', 'disk', 'warning', at, at, at, 'why'
                from (select now() - days * interval '1 day' as at from generate_series(28, 32) days) old
                """);
        one.publish();

        assertThat(database.scalar("select count(*) from signal_samples")).isEqualTo("2");
        assertThat(database.scalar("select count(*) from alerts")).isEqualTo("2");
    }

    @Test
    void whatALaterVersionTellsIsPassedOver() throws Exception {
        database.execute(
                """
                insert into alerts (id, process_id, process, signal, level, began_at, fired_at, reason)
                values (gen_random_uuid(), gen_random_uuid(), 'newer', 'quantum_drift', 'warning', now(), now(), 'why')
                """,
                "insert into processes (id, name, started_at, seen_at, state)"
                        + " values (gen_random_uuid(), 'newer', now(), now(), '{\"pool\": \"of another kind\"}')");
        one.publish();

        assertThat(names(one)).containsExactly("one");
        assertThat(one.publisher.merged(one.board)).isEmpty();
    }

    private static List<String> names(Peer process) {
        return process.publisher.processes().stream()
                .map(seen -> seen.process().name())
                .toList();
    }

    private void lastFor(Duration time) {
        for (long passed = 0; passed < time.toSeconds(); passed += 5) {
            clock.advance(Duration.ofSeconds(5));
            processes.forEach(process -> process.board.sample());
        }
    }

    /** What one Harken process has for its alerts. */
    private final class Peer {
        private final Database database;
        private final Publisher publisher;
        private final SignalBoard board;
        private volatile double disk;

        private Peer(String name) {
            database = PublisherIT.this.database.open(List.of(Client.class), clock);
            publisher = new Publisher(
                    new HarkenProcess(UUID.randomUUID(), name, clock.instant()),
                    database.pool(),
                    database.advisor(),
                    Jdbi.create(
                            PublisherIT.this.database.jdbcUrl(),
                            PublisherIT.this.database.user(),
                            PublisherIT.this.database.password()),
                    ApiJson.mapper(),
                    clock);
            board = new SignalBoard(
                    name, Map.of(Signal.DISK, () -> Reading.of(disk)), new AlertsFactory(), clock, publisher);
            processes.add(this);
        }

        private void read(double percent) {
            disk = percent;
        }

        private void publish() {
            publisher.publish(board);
        }
    }
}
