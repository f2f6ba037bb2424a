package dev.harken.configs;

import dev.harken.http.Cursor;
import dev.harken.http.Page;
import dev.harken.http.PageRequest;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hibernate.LockMode;
import org.hibernate.Session;
import org.hibernate.query.SelectionQuery;

/** The table {@code client_configs}. */
public final class ConfigDao {
    private final Clock clock;

    public ConfigDao(Clock clock) {
        this.clock = clock;
    }

    /** Configs with their clients, in one statement. */
    Page<ClientConfig> page(Session session, PageRequest request) {
        var query = session.createSelectionQuery(
                        """
                        select config
                        from ClientConfig config
                        join fetch config.client
                        where %s
                        order by config.id %s
                        """
                                .formatted(
                                        request.cursor().isPresent()
                                                ? "config.id " + request.beyond() + " :id"
                                                : "1 = 1",
                                        request.direction()),
                        ClientConfig.class)
                .setMaxResults(request.fetch());
        request.cursor().ifPresent(cursor -> query.setParameter("id", cursor.id()));
        return Page.of(query.list(), request, config -> new Cursor(Instant.EPOCH, config.id(), false));
    }

    /** A config with its client. */
    public Optional<ClientConfig> find(Session session, long id) {
        return byId(session, id).uniqueResultOptional();
    }

    /** The client's first config, whose template serves where no config is named. */
    public Optional<ClientConfig> ofClient(Session session, long clientId) {
        return session.createSelectionQuery(
                        """
                        select config
                        from ClientConfig config
                        join fetch config.client
                        where config.clientId = :client
                        order by config.id
                        """,
                        ClientConfig.class)
                .setParameter("client", clientId)
                .setMaxResults(1)
                .uniqueResultOptional();
    }

    /**
     * The configs that the session may see with their clients, at most so many, those with the lowest ids first.
     *
     * @param clientId one client's only, or 0 for all
     */
    public List<ClientConfig> all(Session session, long clientId, int most) {
        return session.createSelectionQuery(
                        """
                        select config
                        from ClientConfig config
                        join fetch config.client
                        where :client = 0 or config.clientId = :client
                        order by config.id
                        """,
                        ClientConfig.class)
                .setParameter("client", clientId)
                .setMaxResults(most)
                .list();
    }

    /**
     * The active configs that the session may see, at most so many: first those for which a task neither runs nor is due,
     * and of these the ones whose last success is longest ago. So whoever plans them for now and asks again is given the
     * others.
     */
    public List<ClientConfig> active(Session session, String task, int most) {
        return session.createSelectionQuery(
                        """
                        select config
                        from ClientConfig config
                        join fetch config.client
                        where config.active = true
                        order by
                          sql('(select row(picked or execution_time <= now(), coalesce(last_success, ''-infinity''))
                                from scheduled_tasks where task_name = ? and task_instance = ?)',
                              :task, cast(config.id as String)) asc nulls first,
                          config.id
                        """,
                        ClientConfig.class)
                .setParameter("task", task)
                .setMaxResults(most)
                .list();
    }

    /** The active configs that no scan is planned for, at most so many. */
    public List<Long> unplanned(Session session, String task, int most) {
        return session.createNativeQuery(
                        """
                        select config.id
                        from client_configs config
                        where config.is_active
                          and not exists (
                            select 1
                            from scheduled_tasks planned
                            where planned.task_name = :task
                              and planned.task_instance = cast(config.id as text))
                        order by config.id
                        limit :most
                        """,
                        Long.class)
                .setParameter("task", task)
                .setParameter("most", most)
                .list();
    }

    ClientConfig create(Session session, long clientId, ConfigChange wanted) {
        ClientConfig config = new ClientConfig(clientId, clock.instant());
        config.apply(wanted, clock.instant());
        session.persist(config);
        return config;
    }

    /** Stores a config with defaults for everything but these. */
    public long create(
            Session session, long clientId, List<String> subreddits, List<String> keywords, String replyTemplate) {
        return create(
                        session,
                        clientId,
                        new ConfigChange(
                                clientId,
                                null,
                                subreddits,
                                keywords,
                                true,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                replyTemplate,
                                null,
                                null,
                                null,
                                null,
                                null))
                .id();
    }

    /** A config that nobody else changes until the transaction ends. */
    Optional<ClientConfig> findForChange(Session session, long id) {
        // Of the config alone, in the statement that reads it: with session.get, Hibernate would lock after it had
        // read,
        // because of the client.
        return byId(session, id)
                .setLockMode("config", LockMode.PESSIMISTIC_WRITE)
                .uniqueResultOptional();
    }

    private static SelectionQuery<ClientConfig> byId(Session session, long id) {
        return session.createSelectionQuery(
                        """
                        select config
                        from ClientConfig config
                        join fetch config.client
                        where config.id = :id
                        """,
                        ClientConfig.class)
                .setParameter("id", id);
    }

    void delete(Session session, ClientConfig config) {
        session.remove(config);
    }
}
