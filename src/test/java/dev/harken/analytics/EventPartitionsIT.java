package dev.harken.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harken.audit.AuditDao;
import dev.harken.testing.HarkenService;
import dev.harken.testing.PostgresServer;
import dev.harken.testing.SetClock;
import dev.harken.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class EventPartitionsIT {
    private final YearMonth now = YearMonth.now(ZoneOffset.UTC);
    private final SetClock clock = new SetClock(Instant.now());

    private TestDatabase database;

    @BeforeEach
    void createDatabase() throws Exception {
        database = PostgresServer.shared().createMigratedDatabase();
        database.execute("insert into clients (name, slug) values ('Acme', 'acme')");
    }

    @Test
    void monthsAreMadeAheadOnceWithEveryIndexAndRule() throws Exception {
        partitions(3, 24).tend();
        assertThat(names()).hasSize(6);

        clock.set(middleOf(now.plusMonths(2)));
        partitions(3, 24).tend();
        partitions(3, 24).tend();

        assertThat(names())
                .containsExactlyInAnyOrder(
                        name("before_", now),
                        name("", now),
                        name("", now.plusMonths(1)),
                        name("", now.plusMonths(2)),
                        name("", now.plusMonths(3)),
                        name("", now.plusMonths(4)),
                        name("", now.plusMonths(5)),
                        "analytics_events_default");
        partitionsAreWhole();
        insert(now.plusMonths(5), "'late'");
        assertThat(database.scalar("select tableoid::regclass from analytics_events"))
                .isEqualTo(name("", now.plusMonths(5)));
    }

    @Test
    void eventsThatCameBeforeTheirMonthWasMadeAreMovedIntoItWithTheirIds() throws Exception {
        insert(now, "'now'");
        for (int event = 0; event < 40; event++) {
            insert(now.plusMonths(4 + event % 4), "'early" + event + "'");
        }
        String before = contents();
        assertThat(database.scalar("select count(*) from analytics_events_default"))
                .isEqualTo("40");

        clock.set(middleOf(now.plusMonths(5)));
        partitions(1, 24).tend();

        assertThat(contents()).isEqualTo(before);
        assertThat(database.scalar("select count(*) from analytics_events_default"))
                .as("those of the month after the next wait for its partition")
                .isEqualTo("10");
        assertThat(database.scalar("select count(*) from " + name("", now.plusMonths(4))))
                .isEqualTo("10");
        partitionsAreWhole();
    }

    @Test
    void aPartitionIsDroppedWhenAllOfItIsOlderThanEventsAreKeptAndThatIsTold() throws Exception {
        insert(now.minusMonths(9), "'ancient'");
        insert(now, "'old'");
        insert(now.plusMonths(1), "'kept'");

        clock.set(now.plusMonths(25)
                .atDay(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant()
                .minusMillis(1));
        partitions(3, 24).tend();
        assertThat(names()).contains(name("", now)).doesNotContain(name("before_", now));

        clock.set(now.plusMonths(25).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant());
        partitions(3, 24).tend();

        assertThat(names())
                .contains(name("", now.plusMonths(1)), name("", now.plusMonths(28)), "analytics_events_default")
                .doesNotContain(name("", now));
        assertThat(database.scalar("select string_agg(event_type, ' ') from analytics_events"))
                .isEqualTo("kept");
        assertThat(
                        database.scalar(
                                """
                        select string_agg(concat_ws(' ', actor, subject, details ->> 'partition', details ->> 'retention_months'),
                            '|' order by id)
                        from audit_records
                        where action = 'analytics.partition_dropped'
                        """))
                .isEqualTo("harken analytics_events " + name("before_", now) + " 24|harken analytics_events "
                        + name("", now) + " 24");
    }

    @Test
    void nothingIsDroppedWhereEventsAreKeptForEver() throws Exception {
        clock.set(middleOf(now.plusMonths(300)));

        partitions(1, 0).tend();

        assertThat(names()).contains(name("before_", now), name("", now), name("", now.plusMonths(301)));
    }

    @Test
    void whatCannotBeLockedIsLeftAsItIsForTheNextRunAndKeepsNobodyWaitingLong() throws Exception {
        clock.set(middleOf(now.plusMonths(30)));
        try (Connection reader = database.connect()) {
            reader.setAutoCommit(false);
            try (var statement = reader.createStatement()) {
                statement.execute("select count(*) from " + name("", now));
            }
            assertThatThrownBy(() -> partitions(1, 24).tend())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(name("", now))
                    .hasMessageContaining("lock timeout");
            assertThat(names()).contains(name("", now), name("", now.plusMonths(31)));
            assertThat(names()).doesNotContain(name("before_", now), name("", now.plusMonths(1)));
            reader.rollback();
        }

        partitions(1, 24).tend();

        assertThat(names()).doesNotContain(name("", now));
    }

    @Test
    void writersGoOnWithoutAnErrorWhileMonthsAreMadeMovedAndDropped() throws Exception {
        YearMonth later = now.plusMonths(30);
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong rows = new AtomicLong();
        ExecutorService writers = Executors.newFixedThreadPool(2);
        List<Future<Long>> longest = new ArrayList<>();
        try {
            for (int writer = 0; writer < 2; writer++) {
                longest.add(writers.submit(() -> {
                    long slowest = 0;
                    try (Connection connection = database.connect();
                            var insert = connection.prepareStatement("insert into analytics_events"
                                    + " (client_id, event_type, created_at) values (1, 'mark', ?)")) {
                        while (!done.get()) {
                            insert.setObject(1, middleOf(later).atOffset(ZoneOffset.UTC));
                            long begun = System.nanoTime();
                            insert.executeUpdate();
                            slowest = Math.max(slowest, System.nanoTime() - begun);
                            rows.incrementAndGet();
                        }
                    }
                    return slowest;
                }));
            }
            Awaitility.await().until(() -> rows.get() > 500);
            clock.set(middleOf(later));
            partitions(3, 24).tend();
            long before = rows.get();
            Awaitility.await().until(() -> rows.get() > before + 200);
            done.set(true);
            long slowest = 0;
            for (Future<Long> future : longest) {
                slowest = Math.max(slowest, future.get(60, TimeUnit.SECONDS));
            }
            System.out.printf(
                    "longest wait of 2 writers of %d events while 4 months were made, events moved and 6 dropped: %d ms%n",
                    rows.get(), TimeUnit.NANOSECONDS.toMillis(slowest));
        } finally {
            done.set(true);
            writers.shutdownNow();
        }
        assertThat(database.scalar("select count(*) from " + name("", later))).isEqualTo(Long.toString(rows.get()));
        assertThat(database.scalar("select count(*) from analytics_events_default"))
                .isEqualTo("0");
        partitionsAreWhole();
    }

    @Test
    void aQueryOfAMonthReadsItsPartitionOnly() throws Exception {
        String plan = explain("select count(*) from analytics_events where event_type = 'x' and created_at >= '"
                + now.plusMonths(1).atDay(1) + " 00:00Z' and created_at < '"
                + now.plusMonths(2).atDay(1) + " 00:00Z'");

        assertThat(plan)
                .contains(name("", now.plusMonths(1)))
                .doesNotContain(name("", now), name("", now.plusMonths(2)), "before", "default");
    }

    @Test
    void theServiceRunsTheJobAtItsStartAndPlansItForTheNextDay() throws Exception {
        try (HarkenService harken = HarkenService.over(database, "analytics.events.monthsAhead=5")) {
            Awaitility.await().until(() -> names().contains(name("", now.plusMonths(5))));
            Awaitility.await().until(() -> harken.database()
                    .scalar("select count(*) from scheduled_tasks where task_name = 'event-partitions'"
                            + " and last_success is not null and not picked"
                            + " and execution_time between now() + interval '23 hours' and now() + interval '1 day'")
                    .equals("1"));
        }
    }

    private EventPartitions partitions(int monthsAhead, int retentionMonths) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(database.jdbcUrl());
        source.setUser(database.user());
        source.setPassword(database.password());
        return new EventPartitions(source, new AuditDao(clock), monthsAhead, retentionMonths, clock);
    }

    private void insert(YearMonth month, String type) throws SQLException {
        database.execute("insert into analytics_events (client_id, event_type, created_at) values (1, " + type + ", '"
                + middleOf(month) + "')");
    }

    private static Instant middleOf(YearMonth month) {
        return month.atDay(15).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private String contents() throws SQLException {
        return database.scalar(
                "select string_agg(concat_ws(' ', id, event_type, created_at), ',' order by id) from analytics_events");
    }

    private List<String> names() throws SQLException {
        return List.of(database.scalar("select string_agg(inhrelid::regclass::text, ' ') from pg_inherits"
                        + " where inhparent = 'analytics_events'::regclass")
                .split(" ", -1));
    }

    private static String name(String word, YearMonth month) {
        return String.format(Locale.ROOT, "analytics_events_%s%04d_%02d", word, month.getYear(), month.getMonthValue());
    }

    private void partitionsAreWhole() throws SQLException {
        assertThat(database.scalar("select count(*) from pg_index where not indisvalid"))
                .isEqualTo("0");
        assertThat(
                        database.scalar(
                                """
                        select string_agg(distinct
                            (select count(*) from pg_index i where i.indrelid = p.inhrelid)
                            || ' '
                            || (select count(*) from pg_constraint k where k.conrelid = p.inhrelid and k.contype = 'f'),
                            '|')
                        from pg_inherits p
                        where p.inhparent = 'analytics_events'::regclass
                        """))
                .as("indexes and foreign keys of each partition")
                .isEqualTo("4 1");
    }

    private String explain(String sql) throws SQLException {
        try (Connection connection = database.connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery("explain " + sql)) {
            List<String> lines = new ArrayList<>();
            while (row.next()) {
                lines.add(row.getString(1));
            }
            return lines.stream().collect(Collectors.joining("\n"));
        }
    }
}
