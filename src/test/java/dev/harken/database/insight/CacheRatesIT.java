package dev.harken.database.insight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.testing.PostgresServer;
import dev.harken.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class CacheRatesIT {
    private static final CacheRates RATES =
            new CacheRates(Looking.thresholds("{\"cacheHitPercent\": 80, \"cacheLeastBlocks\": 20000}"));

    @Test
    void aTableThatDoesNotFitIsNamedAndLargerBuffersMendIt() throws Exception {
        try (PostgresServer server = PostgresServer.start()) {
            TestDatabase database = server.createDatabase();
            database.execute(
                    """
                    create table big as
                    select
                      n,
                      repeat('x', 1900) as filler
                    from generate_series(1, 24000) as n
                    """,
                    "alter system set shared_buffers = '32MB'");
            server.restart();
            scan(database);

            assertThat(Looking.findings(database, RATES)).singleElement().satisfies(finding -> {
                assertThat(finding.kind()).isEqualTo("cache_hit_rate");
                assertThat(finding.severity()).isEqualTo(Severity.WARNING);
                assertThat(finding.subject()).isEqualTo("tables");
                assertThat(finding.what()).contains("big (", "32 MB");
                assertThat(finding.remedy()).startsWith("alter system set shared_buffers = '64MB';");
            });
            assertThat(Looking.findings(Looking.monitor(database), RATES)).hasSize(1);
            assertThat(Looking.findings(Looking.stranger(database), RATES)).hasSize(1);

            while (Looking.read(database, RATES).sharedBuffersBytes() < 256L << 20) {
                Looking.mend(database, Looking.findings(database, RATES).get(0));
                server.restart();
            }
            database.execute("select pg_stat_reset()");
            scan(database);

            assertThat(Looking.read(database, RATES).tables().verdict()).isEqualTo("good");
            assertThat(Looking.findings(database, RATES)).isEmpty();
        }
    }

    private static void scan(TestDatabase database) throws SQLException {
        try (Connection connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute("set max_parallel_workers_per_gather = 0");
            for (int i = 0; i < 10; i++) {
                statement.execute("select count(*) from big");
            }
            statement.execute("select pg_stat_force_next_flush()");
        }
    }

    @Test
    void aFewBlocksAreNotJudged() throws Exception {
        TestDatabase database = PostgresServer.shared().createDatabase();
        CacheRates rates = new CacheRates(new InsightFactory());
        assertThat(Looking.read(database, rates).tables())
                .isEqualTo(new CacheRates.Rate(0, 0, null, "too little read to judge"));

        database.execute(
                "create table small as select generate_series(1, 1000) as n",
                "select count(*) from small",
                "select pg_stat_force_next_flush()");

        assertThat(Looking.read(database, rates).tables().percent()).isNotNull();
        assertThat(Looking.read(database, rates).tables().verdict()).isEqualTo("too little read to judge");
        assertThat(Looking.findings(database, rates)).isEmpty();
    }
}
