package dev.harken.database.insight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.testing.PostgresServer;
import dev.harken.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TransactionIdsIT {
    /** 214 transactions. */
    private static final TransactionIds IDS =
            new TransactionIds(Looking.thresholds("{\"transactionIdPercent\": 1e-5}"));

    private TestDatabase database;

    @BeforeEach
    void createDatabase() throws SQLException {
        database = PostgresServer.shared().createDatabase();
        database.execute("create table old as select 1 as n", "vacuum (freeze)");
    }

    @Test
    void anOldDatabaseIsFoundAndFreezingMendsIt() throws Exception {
        assertThat(Looking.findings(database, IDS)).isEmpty();
        useTransactions(300);

        assertThat(Looking.findings(database, IDS)).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo("transaction_ids");
            assertThat(finding.severity()).isEqualTo(Severity.WARNING);
            assertThat(finding.what()).contains("transactions old", "of the 2,144,483,647 that are safe");
            assertThat(finding.remedy()).isEqualTo("vacuum (freeze, verbose);");
        });
        assertThat(Looking.findings(Looking.monitor(database), IDS)).hasSize(1);
        assertThat(Looking.findings(Looking.stranger(database), IDS))
                .singleElement()
                .satisfies(finding -> assertThat(finding.what()).contains("grant pg_monitor"));

        Looking.mend(database, Looking.findings(database, IDS).get(0));
        assertThat(Looking.findings(database, IDS)).isEmpty();
    }

    @Test
    void theSessionThatHoldsItBackIsNamedAndEndedFirst() throws Exception {
        try (Connection holder = database.connect();
                var statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            holder.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            statement.execute("select 1");
            useTransactions(300);
            database.execute("vacuum (freeze)");

            Finding finding = Looking.findings(database, IDS).get(0);
            assertThat(finding.what()).contains("Held back by: session ", "idle in transaction");
            assertThat(finding.remedy()).startsWith("select pg_terminate_backend(");
            assertThat(Looking.findings(Looking.monitor(database), IDS).get(0).what())
                    .contains("Held back by: session ");

            Looking.mend(database, finding);
            assertThat(Looking.findings(database, IDS)).isEmpty();
        }
    }

    @Test
    void theSlotThatHoldsItBackIsNamed() throws Exception {
        assertThat(Looking.read(database, IDS).holders()).isEmpty();
        TransactionIds.Ages seen = Looking.read(database, IDS);
        TransactionIds.Ages held = new TransactionIds.Ages(
                1_100_000_000,
                51.3,
                seen.stopLimit(),
                seen.freezeMaxAge(),
                1,
                List.of(new TransactionIds.TableAge("posts", 1_100_000_000, 51.3, false)),
                List.of(new TransactionIds.Holder("replication slot", "it's", 1_000_000_000, "inactive")),
                false);

        assertThat(new TransactionIds(new InsightFactory()).judge(held))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
                    assertThat(finding.remedy().lines())
                            .containsExactly(
                                    "select pg_drop_replication_slot('it''s'); -- only if its replica is gone for good",
                                    "vacuum (freeze, verbose) posts;");
                });
    }

    @Test
    void fromMidwayToTheEndItIsCritical() {
        assertThat(severityAt(74.9)).isEqualTo(Severity.WARNING);
        assertThat(severityAt(75)).isEqualTo(Severity.CRITICAL);
    }

    private static Severity severityAt(double percent) {
        return new TransactionIds(new InsightFactory())
                .judge(new TransactionIds.Ages(1, percent, 2, 1, 0, List.of(), List.of(), false))
                .get(0)
                .severity();
    }

    private void useTransactions(int count) throws SQLException {
        try (Connection connection = database.connect();
                var statement = connection.createStatement()) {
            for (int i = 0; i < count; i++) {
                statement.execute("select pg_current_xact_id()");
            }
        }
    }
}
