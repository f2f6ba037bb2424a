package dev.harken.database.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.harken.testing.PostgresServer;
import dev.harken.testing.Standby;
import dev.harken.testing.TestDatabase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicationIT {
    private static final Replication DEFAULTS = new Replication(new InsightFactory());
    private static final Replication STRICT = new Replication(Looking.thresholds("{\"replicaLag\": \"150ms\"}"));
    private static final Replication STRICTER = new Replication(Looking.thresholds("{\"replicaLag\": \"15ms\"}"));

    @Test
    void aReplicaThatFallsBehindIsSeenFromBothSides(@TempDir Path directory) throws Exception {
        try (EmbeddedPostgres primaryServer = Standby.start(directory.resolve("primary"))) {
            TestDatabase primary = Standby.database(primaryServer);
            TestDatabase monitor = Looking.monitor(primary);
            TestDatabase stranger = Looking.stranger(primary);
            primary.execute("create table t (n int)");
            Standby.copy(primary, directory.resolve("primary"), directory.resolve("standby"));
            try (EmbeddedPostgres standbyServer = Standby.start(directory.resolve("standby"))) {
                TestDatabase standby = Standby.database(standbyServer);
                await().untilAsserted(() -> {
                    assertThat(Looking.read(primary, DEFAULTS).replicas())
                            .singleElement()
                            .satisfies(replica -> {
                                assertThat(replica.application()).isEqualTo("replica");
                                assertThat(replica.state()).isEqualTo("streaming");
                            });
                    assertThat(Looking.read(standby, DEFAULTS).standby().receiving())
                            .isTrue();
                });
                assertThat(Looking.findings(primary, DEFAULTS)).isEmpty();
                assertThat(Looking.findings(standby, DEFAULTS)).isEmpty();

                seenFromTheStandby(primary, standby);
                seenFromThePrimary(primary, standby, monitor);
                hiddenFromStrangers(stranger);

                primaryServer.close();
                disconnected(standby);
            }
        }
    }

    private static void seenFromTheStandby(TestDatabase primary, TestDatabase standby) throws SQLException {
        standby.execute("select pg_wal_replay_pause()");
        primary.execute("insert into t values (0)");
        await().untilAsserted(() -> assertThat(Looking.findings(standby, DEFAULTS))
                .singleElement()
                .satisfies(unknown -> {
                    assertThat(unknown.severity()).isEqualTo(Severity.UNKNOWN);
                    assertThat(unknown.what()).contains("has replayed no transaction since it started");
                    assertThat(unknown.remedy()).isEqualTo("select pg_wal_replay_resume();");
                }));
        Looking.mend(standby, Looking.findings(standby, DEFAULTS).get(0));
        await().until(() -> standby.scalar("select count(*) from t").equals("1"));

        standby.execute("select pg_wal_replay_pause()");
        primary.execute("insert into t values (1)");
        Finding finding = await().until(
                        () -> Looking.findings(standby, STRICT).stream()
                                .findFirst()
                                .orElse(null),
                        found -> found != null && found.what().contains("paused"));
        assertThat(finding.kind()).isEqualTo("replica_lag");
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        await().untilAsserted(() -> assertThat(Looking.findings(standby, STRICTER))
                .singleElement()
                .satisfies(late -> assertThat(late.severity()).isEqualTo(Severity.CRITICAL)));
        assertThat(Looking.findings(standby, DEFAULTS)).isEmpty();
        await().untilAsserted(() -> {
            primary.execute("insert into t values (1)");
            assertThat(Looking.findings(primary, STRICT))
                    .as("a replay that stands still is seen from the primary as well")
                    .hasSize(1);
        });

        Looking.mend(standby, finding);
        await().untilAsserted(
                        () -> assertThat(Looking.findings(standby, STRICTER)).isEmpty());
        assertThat(Looking.read(standby, DEFAULTS).standby().lagMillis()).isZero();
    }

    private static void seenFromThePrimary(TestDatabase primary, TestDatabase standby, TestDatabase monitor)
            throws SQLException {
        standby.execute("alter system set recovery_min_apply_delay = '300ms'", "select pg_reload_conf()");
        await().untilAsserted(() -> {
            primary.execute("insert into t values (2)");
            assertThat(Looking.findings(primary, STRICT)).singleElement().satisfies(finding -> {
                assertThat(finding.kind()).isEqualTo("replica_lag");
                assertThat(finding.subject()).isEqualTo("replica");
                assertThat(finding.severity()).isEqualTo(Severity.WARNING);
            });
            assertThat(Looking.findings(monitor, STRICTER))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.CRITICAL));
        });
        standby.execute("alter system reset recovery_min_apply_delay", "select pg_reload_conf()");
        await().untilAsserted(() -> {
            primary.execute("insert into t values (3)");
            assertThat(Looking.findings(primary, STRICT)).isEmpty();
        });
    }

    private static void hiddenFromStrangers(TestDatabase stranger) throws SQLException {
        assertThat(Looking.findings(stranger, DEFAULTS)).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo("replication_hidden");
            assertThat(finding.severity()).isEqualTo(Severity.UNKNOWN);
            assertThat(finding.remedy()).isEqualTo("grant pg_monitor to " + stranger.user() + ";");
        });
    }

    private static void disconnected(TestDatabase standby) {
        await().untilAsserted(() -> assertThat(Looking.findings(standby, DEFAULTS))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.kind()).isEqualTo("replica_lag");
                    assertThat(finding.severity()).isEqualTo(Severity.UNKNOWN);
                    assertThat(finding.what()).contains("not connected to its primary", " ago.");
                }));
    }

    @Test
    void aSlotThatHoldsWriteAheadLogForNobodyIsFoundUntilItIsDropped() throws Exception {
        try (PostgresServer server = PostgresServer.start()) {
            TestDatabase database = server.createDatabase();
            database.execute("create table t (n int)", "select pg_create_physical_replication_slot('gone', true)");
            assertThat(Looking.findings(database, DEFAULTS)).isEmpty();
            try (Connection connection = database.connect();
                    var statement = connection.createStatement()) {
                for (int megabytes = 0; megabytes <= 1024 + 16; megabytes += 16) {
                    statement.execute("insert into t values (1)");
                    statement.execute("select pg_switch_wal()");
                }
            }

            assertThat(Looking.findings(Looking.monitor(database), DEFAULTS)).hasSize(1);
            assertThat(Looking.findings(Looking.stranger(database), DEFAULTS)).hasSize(1);
            Finding finding = Looking.findings(database, DEFAULTS).get(0);
            assertThat(finding.kind()).isEqualTo("inactive_slot");
            assertThat(finding.subject()).isEqualTo("gone");
            assertThat(finding.severity()).isEqualTo(Severity.WARNING);
            assertThat(finding.what()).contains("physical replication slot gone", "1 GB");

            Looking.mend(database, finding);
            assertThat(Looking.findings(database, DEFAULTS)).isEmpty();
        }
    }
}
