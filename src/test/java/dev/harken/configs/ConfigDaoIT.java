package dev.harken.configs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.harken.clients.Client;
import dev.harken.clients.ClientDao;
import dev.harken.database.Database;
import dev.harken.database.Tenant;
import dev.harken.testing.PostgresServer;
import dev.harken.testing.SetClock;
import dev.harken.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How configs are read: in one statement, their clients with them. */
class ConfigDaoIT {
    private final SetClock clock = new SetClock();
    private final ConfigDao configs = new ConfigDao(clock);
    private final ClientDao clients = new ClientDao(clock);
    private TestDatabase testDatabase;
    private Database database;

    @BeforeEach
    void start() throws Exception {
        testDatabase = PostgresServer.shared().createMigratedDatabase();
        database = testDatabase.open(List.of(Client.class, ClientConfig.class), clock);
    }

    @AfterEach
    void stop() throws Exception {
        database.pool().stop();
    }

    @Test
    void whoWaitsForAConfigIsGivenItAsTheOtherLeftIt() throws Exception {
        long id = config("Acme");
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (Connection holder = testDatabase.connect()) {
            holder.setAutoCommit(false);
            holder.createStatement().execute("update client_configs set reddit_username = 'changed' where id = " + id);

            Future<String> read = other.submit(
                    () -> database.transactions().write(Tenant.EVERY, session -> configs.findForChange(session, id)
                            .orElseThrow()
                            .redditUsername()
                            .orElseThrow()));
            await().until(() -> testDatabase
                    .scalar("select count(*) from pg_stat_activity"
                            + " where datname = current_database() and wait_event_type = 'Lock'")
                    .equals("1"));
            holder.commit();

            assertThat(read.get()).isEqualTo("changed");
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void aConfigIsLockedAndItsClientIsNot() {
        long id = config("Acme");

        database.transactions().change(Tenant.EVERY, session -> {
            configs.findForChange(session, id);
            assertThat(unlocked("clients")).isEqualTo("1");
            assertThat(unlocked("client_configs")).isEqualTo("0");
        });
    }

    @Test
    void theConfigsOfManyClientsAreOneStatement() {
        for (int i = 0; i < 5; i++) {
            config("Client " + i);
        }
        int statements = database.transactions().read(Tenant.EVERY, session -> {
            database.pool().statements().startCounting();
            assertThat(configs.active(session, "scan", 10)).hasSize(5);
            assertThat(configs.all(session, 0, 10)).hasSize(5);
            return database.pool().statements().stopCounting();
        });

        assertThat(statements).isEqualTo(2);
    }

    private String unlocked(String table) {
        try {
            return testDatabase.scalar(
                    "select count(*) from (select from " + table + " for update skip locked) unlocked");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private long config(String client) {
        return database.transactions().write(Tenant.EVERY, session -> {
            Client made = clients.create(session, client);
            return configs.create(session, made.id(), List.of("tea"), List.of("milk"), "Hello");
        });
    }
}
