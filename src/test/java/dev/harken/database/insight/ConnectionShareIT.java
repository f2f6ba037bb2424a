package dev.harken.database.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.harken.testing.PostgresServer;
import dev.harken.testing.TestDatabase;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionShareIT {
    private static final ConnectionShare SHARE = new ConnectionShare(new InsightFactory());

    @Test
    void fewConnectionsLeftAreAFindingAndEndingTheIdleOnesMendsIt() throws Exception {
        try (PostgresServer server = PostgresServer.start()) {
            TestDatabase database = server.createDatabase();
            TestDatabase monitor = Looking.monitor(database);
            TestDatabase stranger = Looking.stranger(database);
            database.execute("alter system set superuser_reserved_connections = 190");
            server.restart();

            List<Connection> open = new ArrayList<>();
            try {
                openUntil(database, open, 8);
                assertThat(Looking.findings(database, SHARE)).singleElement().satisfies(finding -> {
                    assertThat(finding.kind()).isEqualTo("connections");
                    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
                    assertThat(finding.what())
                            .contains("8 of 10 usable connections are open, 80 %")
                            .contains("max_connections 200, 190 of them reserved", "7 are idle");
                });
                openUntil(database, open, 10);
                Finding finding = Looking.findings(database, SHARE).get(0);
                assertThat(finding.severity()).isEqualTo(Severity.CRITICAL);
                // An ordinary user is one too many now: the two look from a place that a superuser gave up.
                open.remove(0).close();
                awaitOpen(database, 9);
                assertThat(Looking.findings(monitor, SHARE)).hasSize(1);
                assertThat(Looking.findings(stranger, SHARE)).hasSize(1);
                assertThat(Looking.read(stranger, SHARE).shares())
                        .extracting(ConnectionShare.Share::state)
                        .containsExactlyInAnyOrder("active", "hidden");

                database.execute(finding.remedy()
                        .lines()
                        .findFirst()
                        .orElseThrow()
                        .replaceFirst("--.*", "")
                        .replace("10 minutes", "0 minutes"));
                await().untilAsserted(() ->
                        assertThat(Looking.findings(database, SHARE)).isEmpty());
            } finally {
                for (Connection connection : open) {
                    connection.close();
                }
            }
        }
    }

    /** The one that asks is counted too. */
    private static void openUntil(TestDatabase database, List<Connection> open, int count) throws Exception {
        while (open.size() < count - 1) {
            open.add(database.connect());
        }
        awaitOpen(database, count);
    }

    private static void awaitOpen(TestDatabase database, int count) {
        await().until(() -> Looking.read(database, SHARE).open() == count);
    }

    @Test
    void thresholdsAreTheOperators() throws Exception {
        TestDatabase database = PostgresServer.shared().createDatabase();
        assertThat(Looking.findings(database, SHARE)).isEmpty();
        assertThat(Looking.findings(database, new ConnectionShare(Looking.thresholds("{\"connectionsPercent\": 0.1}"))))
                .hasSize(1);
    }
}
