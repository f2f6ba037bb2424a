package dev.harken.bench;

import dev.harken.posts.PostDao;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * {@link Group#LIST}: a page of 100 posts with their responses, by the service in three ways, by another that loads
 * lazily, and from PostgreSQL without them in three.
 */
final class ListReading {
    static final String UNCACHED = "HTTP, uncached";
    static final String CACHED = "HTTP, cached";
    static final String UNCHANGED = "HTTP, 304";
    static final String LAZY_HTTP = "HTTP, lazy loading";
    static final String LIMIT = "JDBC, same SQL";
    static final String PGBENCH = "pgbench, same SQL";
    static final String LAZY = "JDBC, 101 statements";

    /** Posts of a page. */
    static final int PAGE = 100;

    static final List<Integer> CALLERS = List.of(1, 8, 20);
    private static final int MOST_CALLERS = 20;
    /** It opens connections of its own beside those of the pool and the other callers, more than a server takes at 20. */
    private static final int PGBENCH_CALLERS = 8;

    /** A request that an answer from a cache spares PostgreSQL is counted as less than this. */
    private static final double CACHED_STATEMENTS = 0.5;

    private final Scene scene;
    private final LazyList lazy;
    private final Rotation clients;
    private final Connections connections;
    private final Meter http;
    private final Meter sql;

    private ListReading(Scene scene, LazyList lazy, Connections connections) {
        this.scene = scene;
        this.lazy = lazy;
        this.clients = new Rotation(scene.size());
        this.connections = connections;
        this.http = scene.stage().meter(connections.get(MOST_CALLERS), scene.service());
        this.sql = scene.stage().meter(connections.get(MOST_CALLERS));
    }

    static List<Measurement> measure(Scene scene) throws Exception {
        try (Connections connections = Connections.open(scene.stage(), MOST_CALLERS + 1);
                LazyList lazy = LazyList.start(connections, PoolUse.CAPACITY)) {
            return new ListReading(scene, lazy, connections).measure();
        }
    }

    private List<Measurement> measure() throws Exception {
        Api api = scene.service().api();
        Api.Answer answer = api.get(ListRequest.path(PAGE, clients.next()), ListRequest.NO_CACHE);
        String size = "%,d bytes".formatted(answer.bytes());
        boolean tagged =
                !api.get(ListRequest.path(PAGE, clients.next()), Map.of()).tag().isEmpty();
        String statement = statementNote(api);
        Optional<Path> pgbench = Pgbench.find();
        List<Case> cases = new ArrayList<>();
        for (int callers : CALLERS) {
            cases.add(http(UNCACHED, ListRequest.reading(api, clients, PAGE, ListRequest.NO_CACHE, callers))
                    .noting(size));
            cases.add(http(CACHED, ListRequest.reading(api, clients, PAGE, Map.of(), callers)));
            if (tagged) {
                cases.add(http(UNCHANGED, ListRequest.revalidating(api, clients, PAGE, callers)));
            }
            cases.add(Case.of(
                    Group.LIST, LAZY_HTTP, ListRequest.reading(lazy.api(), clients, PAGE, Map.of(), callers), sql));
            cases.add(sql(LIMIT, callers, ListStatement::atOnce).noting(statement));
            if (callers == PGBENCH_CALLERS) {
                pgbench.ifPresent(program -> cases.add(Case.of(Group.LIST, PGBENCH, pgbench(program), sql)));
            }
            cases.add(sql(LAZY, callers, ListStatement::lazily));
        }
        List<Measurement> measured = new ArrayList<>(scene.alternation().measure(Group.LIST.word(), cases).stream()
                .map(ListReading::sayWhetherCached)
                .toList());
        if (!tagged) {
            CALLERS.forEach(callers -> measured.add(
                    Measurement.missing(Group.LIST, UNCHANGED, callers, "not measured: the answers carry no ETag")));
        }
        if (pgbench.isEmpty()) {
            measured.add(Measurement.missing(
                    Group.LIST,
                    PGBENCH,
                    PGBENCH_CALLERS,
                    "not measured: there is no pgbench on the path; PostgreSQL's server brings it, Debian's package"
                            + " postgresql"));
        }
        return measured;
    }

    private Work pgbench(Path program) {
        return new Pgbench(program, scene.stage(), PostDao.firstPageOfClient(PAGE), clients, PGBENCH_CALLERS);
    }

    private Case http(String name, List<Caller> callers) {
        return Case.of(Group.LIST, name, callers, http);
    }

    private Case sql(String name, int callers, SqlCaller factory) throws SQLException {
        List<Caller> made = new ArrayList<>();
        for (int index = 0; index < callers; index++) {
            made.add(factory.over(connections.get(index), clients, PAGE));
        }
        return Case.of(Group.LIST, name, made, sql);
    }

    private String statementNote(Api api) throws Exception {
        Caller service = () -> api.get(ListRequest.path(PAGE, clients.next()), ListRequest.NO_CACHE);
        Set<Long> sent = SentStatements.during(connections.get(MOST_CALLERS), service);
        Set<Long> own = SentStatements.during(
                connections.get(MOST_CALLERS), ListStatement.atOnce(connections.get(0), clients, PAGE));
        return !own.isEmpty() && sent.containsAll(own)
                ? "the service's statement"
                : "the service sends another statement than this";
    }

    private static Measurement sayWhetherCached(Measurement measurement) {
        OptionalDouble statements = measurement.statements();
        boolean asked = statements.isPresent() && statements.getAsDouble() > CACHED_STATEMENTS;
        return measurement.name().equals(CACHED) && asked
                ? measurement.noting("not from a cache: PostgreSQL was asked")
                : measurement;
    }

    /** Makes a caller that works on a connection. */
    private interface SqlCaller {
        Caller over(Connection connection, Rotation clients, int limit) throws SQLException;
    }
}
