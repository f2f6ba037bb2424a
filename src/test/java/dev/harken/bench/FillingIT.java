package dev.harken.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.testing.PostgresServer;
import dev.harken.testing.TestDatabase;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FillingIT {
    private static final int EVENTS = 1000;

    @Test
    void eventsLieInThePartitionsOfTheirMonths() throws Exception {
        TestDatabase database = PostgresServer.shared().createMigratedDatabase();
        Progress nobody = new Progress(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
        try (var connection = database.connect()) {
            new Filling(connection, new Size(3, 300, 900, EVENTS), nobody).fill();
        }

        assertThat(
                        database.scalar(
                                """
                        select count(*)
                        from analytics_events
                        where tableoid::regclass::text
                          = 'analytics_events_' || to_char(created_at at time zone 'UTC', 'YYYY_MM')
                        """))
                .isEqualTo(String.valueOf(EVENTS));
        assertThat(
                        database.scalar(
                                """
                                select count(*)
                                from pg_partition_tree('idx_analytics_client_date') part
                                join pg_partition_tree('analytics_events') whole on whole.isleaf
                                  and whole.relid = (select indrelid from pg_index where indexrelid = part.relid)
                                """))
                .as("partitions that have their part of an index")
                .isEqualTo(database.scalar("select count(*) from pg_partition_tree('analytics_events') where isleaf"));
    }
}
