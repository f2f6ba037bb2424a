package dev.harken.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.codahale.metrics.MetricRegistry;
import dev.harken.testing.PostgresServer;
import dev.harken.testing.SetClock;
import dev.harken.testing.TestDatabase;
import io.dropwizard.util.Duration;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.tomcat.jdbc.pool.PoolExhaustedException;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PoolIT {
    private static TestDatabase database;

    private final SetClock clock = new SetClock();
    private final MetricRegistry metrics = new MetricRegistry();
    private final DatabaseFactory factory = new DatabaseFactory();
    private Pool pool;

    @BeforeAll
    static void createDatabase() {
        database = PostgresServer.shared().createDatabase();
    }

    @BeforeEach
    void open() throws SQLException {
        factory.pointTo(database.jdbcUrl(), database.user(), database.password());
        start();
    }

    private void start() throws SQLException {
        if (pool != null) {
            pool.stop();
        }
        pool = factory.build(metrics, clock);
        pool.start();
    }

    @AfterEach
    void close() {
        pool.stop();
    }

    @Test
    void fiveConnectionsAreOpenFromTheStart() {
        assertThat(pool.snapshot()).isEqualTo(new PoolSnapshot(5, 15, 20, 0, 5, 0, 5, 0, 30));
        assertThat(pool.snapshot().utilizationPercent()).isZero();
    }

    @Test
    void fortyCallersOnTwentyConnectionsAreAllServedAndCounted() throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(40);
        CountDownLatch twentyHold = new CountDownLatch(20);
        CountDownLatch release = new CountDownLatch(1);
        try {
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                answers.add(callers.submit(() -> {
                    try (Connection connection = pool.getConnection();
                            var statement = connection.createStatement()) {
                        twentyHold.countDown();
                        release.await();
                        try (var row = statement.executeQuery("select 1")) {
                            row.next();
                            return row.getInt(1);
                        }
                    }
                }));
            }
            twentyHold.await();
            await().until(() -> pool.snapshot().waiting() == 20);
            assertThat(pool.snapshot().checkedOut()).isEqualTo(20);
            assertThat(pool.snapshot().overflow()).isEqualTo(15);
            assertThat(pool.snapshot().level()).isEqualTo(Level.CRITICAL);
            release.countDown();
            for (Future<Integer> answer : answers) {
                assertThat(answer.get()).isEqualTo(1);
            }
        } finally {
            callers.shutdown();
        }

        assertThat(metrics.meter("pool.checkouts").getCount()).isEqualTo(40);
        assertThat(metrics.meter("pool.checkins").getCount()).isEqualTo(40);
        assertThat(metrics.timer("pool.held").getCount()).isEqualTo(40);
        assertThat(metrics.meter("pool.waits").getCount()).isEqualTo(20);
        assertThat(metrics.meter("pool.timeouts").getCount()).isZero();
        assertThat(metrics.timer("database.statements").getCount()).isEqualTo(40);
        assertThat(pool.leases().open()).isEmpty();
    }

    @Test
    void aCallerWaitsOnlyAsLongAsTheTimeOut() throws Exception {
        factory.getPool().setTimeout(Duration.milliseconds(200));
        factory.getPool().setSize(1);
        factory.getPool().setMaxOverflow(0);
        start();

        try (Connection held = pool.getConnection()) {
            assertThat(held.isValid(1)).isTrue();
            assertThatThrownBy(pool::getConnection).isInstanceOf(PoolExhaustedException.class);
        }

        assertThat(metrics.meter("pool.timeouts").getCount()).isEqualTo(1);
        assertThat(pool.lastLoanFailed())
                .as("a full pool is not a database that is down")
                .isFalse();
    }

    @Test
    void afterARushThePoolGoesBackToFiveEvenWhileItIsUsed() throws Exception {
        List<Connection> rush = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            rush.add(pool.getConnection());
        }
        for (Connection connection : rush) {
            connection.close();
        }
        assertThat(pool.snapshot().totalConnections())
                .as("kept, the rush may go on")
                .isEqualTo(20);

        clock.advance(java.time.Duration.ofMinutes(3));
        for (int i = 0; i < 30; i++) {
            pool.getConnection().close();
        }

        assertThat(pool.snapshot().totalConnections()).isEqualTo(5);
        assertThat(pool.snapshot().overflow()).isZero();
    }

    @Test
    void aRushThatGoesOnOpensNoConnectionTwice() throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(20);
        try {
            List<Future<Boolean>> answers = new ArrayList<>();
            for (int i = 0; i < 4000; i++) {
                answers.add(callers.submit(() -> {
                    try (Connection connection = pool.getConnection();
                            var statement = connection.createStatement()) {
                        return statement.execute("select 1");
                    }
                }));
            }
            for (Future<Boolean> answer : answers) {
                assertThat(answer.get()).isTrue();
            }
        } finally {
            callers.shutdown();
        }

        assertThat(metrics.getGauges().get("pool.connects").getValue())
                .asInstanceOf(InstanceOfAssertFactories.LONG)
                .isLessThanOrEqualTo(20);
    }

    @Test
    void aConnectionThatTheServerEndedIsReplacedBeforeItIsLent() throws Exception {
        database.execute("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'harken'"
                + " and datname = current_database()");

        for (int i = 0; i < 10; i++) {
            try (Connection connection = pool.getConnection();
                    var statement = connection.createStatement()) {
                assertThat(statement.execute("select 1")).isTrue();
            }
        }
    }

    @Test
    void whatACallerLeftUncommittedIsRolledBack() throws Exception {
        database.execute("drop table if exists notes", "create table notes (id int)");
        try (Connection connection = pool.getConnection();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("insert into notes values (1)");
        }

        assertThat(database.scalar("select count(*) from notes")).isEqualTo("0");
    }

    @Test
    void aLongLeaseIsKnownWithItsStatement() throws Exception {
        try (Connection connection = pool.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("select 'long'");
            clock.advance(java.time.Duration.ofSeconds(11));

            Lease lease = pool.leases().open().get(0);

            assertThat(lease.heldFor(clock.instant())).isEqualTo(java.time.Duration.ofSeconds(11));
            assertThat(lease.statement()).contains("select 'long'");
            assertThat(lease.thread()).isEqualTo(Thread.currentThread().getName());
        }
    }

    @Test
    void statementsOfTheServiceAreCancelledAfterTheirTimeOut() throws Exception {
        factory.setStatementTimeout(Duration.seconds(1));
        start();

        try (Connection connection = pool.getConnection();
                var statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("select pg_sleep(30)"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("statement timeout");
        }
    }
}
