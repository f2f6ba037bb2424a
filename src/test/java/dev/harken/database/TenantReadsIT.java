package dev.harken.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harken.testing.PostgresServer;
import dev.harken.testing.TestDatabase;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TenantReadsIT {
    private static TenantReads reads;

    @BeforeAll
    static void start() throws Exception {
        TestDatabase database = PostgresServer.shared().createDatabase();
        database.execute(
                "create table notes (client_id bigint, word text)",
                "insert into notes values (1, 'one'), (2, 'two'), (null, 'nobody''s')");
        reads = new TenantReads(Jdbi.create(database.jdbcUrl(), database.user(), database.password()));
    }

    private static List<String> words(Tenant tenant) {
        return reads.read(
                tenant,
                "notes.words",
                "select word from notes note where {tenant:note} order by word",
                query -> query.mapTo(String.class).list());
    }

    @Test
    void aClientsTenantReadsItsOwnRows() {
        assertThat(words(Tenant.of(1))).containsExactly("one");
        assertThat(words(Tenant.of(3))).isEmpty();
    }

    @Test
    void theWholeInstallationReadsAllRows() {
        assertThat(words(Tenant.EVERY)).containsExactly("nobody's", "one", "two");
    }

    @Test
    void sqlThatDoesNotSayWhereTheTenantStandsIsRefused() {
        assertThatThrownBy(() -> reads.read(
                        Tenant.of(1), "notes.all", "select word from notes", query -> query.mapTo(String.class)
                                .list()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("notes.all");
    }
}
