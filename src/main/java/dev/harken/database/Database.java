package dev.harken.database;

import com.codahale.metrics.jdbi3.InstrumentedSqlLogger;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.db.ManagedDataSource;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import javax.sql.DataSource;
import org.hibernate.SessionFactory;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlLogger;

/**
 * The database as the rest of Harken uses it: one pool, with Hibernate and JDBI over it.
 *
 * @param transactions the way to the entities
 * @param reads the way to lists and aggregates
 * @param analytics as {@code reads}, from the replica where there is one that is near enough
 * @param writes the way to what is written with SQL of its own
 * @param jdbi for tables that belong to no client
 * @param beside over one connection that is not the pool's, for the operator's looks: they go on while the pool is
 *     exhausted, and take none of its connections
 * @param background for short looks at the database every few seconds
 */
public record Database(
        Pool pool,
        Transactions transactions,
        TenantReads reads,
        TenantReads analytics,
        TransactionSql writes,
        Jdbi jdbi,
        Jdbi beside,
        PoolAdvisor advisor,
        ServerFactsReader server,
        Host host,
        ScheduledExecutorService background) {
    /** More than the looks that ask PostgreSQL: when it hangs they all wait, and the pool is still sampled. */
    private static final int THREADS = 10;

    /**
     * Puts Hibernate and JDBI over the pool, which asks the database nothing; the environment opens the pool if it is
     * not open yet, starts what watches it, and closes all of it in the end.
     */
    public static Database open(
            Environment environment,
            DatabaseFactory settings,
            Pool pool,
            List<Class<?>> entities,
            KnownCommits commits,
            CommitListener listener,
            Clock clock) {
        Jdbi jdbi = timed(pool, environment);
        ManagedDataSource single = settings.beside().build(environment.metrics(), "beside");
        environment.lifecycle().manage(single);
        Jdbi beside = timed(single, environment);
        ScheduledExecutorService background = environment
                .lifecycle()
                .scheduledExecutorService("background", true)
                .threads(THREADS)
                .build();
        PoolHistory history = new PoolHistory(pool, clock, background);
        // Not through the pool: where PgBouncer is between, the server's own address would be PgBouncer's view of it.
        Host host = new Host();
        ServerFactsReader server =
                new ServerFactsReader(beside, settings.getHostCores(), () -> settings.hostMemory(host), background);
        environment.lifecycle().manage(history);
        environment.lifecycle().manage(server);
        Optional<Replica> replica = replica(environment, settings, jdbi, commits, background);
        SessionFactory sessions = Entities.build(environment, pool, entities);
        return new Database(
                pool,
                new Transactions(sessions, tenant -> {
                    commits.committed(tenant);
                    listener.committed(tenant);
                }),
                new TenantReads(jdbi),
                replica.map(known -> new TenantReads(jdbi, known)).orElseGet(() -> new TenantReads(jdbi)),
                new TransactionSql(timing(environment)),
                jdbi,
                beside,
                new PoolAdvisor(pool, history, server, clock),
                server,
                host,
                background);
    }

    private static Optional<Replica> replica(
            Environment environment,
            DatabaseFactory settings,
            Jdbi primary,
            KnownCommits commits,
            ScheduledExecutorService background) {
        return settings.replica().map(factory -> {
            ManagedDataSource source = factory.build(environment.metrics(), "replica");
            Replica replica = new Replica(
                    primary,
                    timed(source, environment),
                    settings.getReadMaxLag().toJavaDuration(),
                    commits,
                    background);
            environment.lifecycle().manage(source);
            environment.lifecycle().manage(replica);
            replica.measure(environment.metrics());
            return replica;
        });
    }

    private static Jdbi timed(DataSource source, Environment environment) {
        Jdbi jdbi = Jdbi.create(source);
        jdbi.setSqlLogger(timing(environment));
        return jdbi;
    }

    private static SqlLogger timing(Environment environment) {
        return new InstrumentedSqlLogger(environment.metrics(), TenantReads.metricNames());
    }
}
