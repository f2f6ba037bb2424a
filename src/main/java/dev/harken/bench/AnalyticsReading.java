package dev.harken.bench;

import dev.harken.analytics.AggregateRefresh;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * {@link Group#ANALYTICS}: the dashboard of a month by one caller, from the materialized views and from the rows. The
 * service takes the rows when the views are too old, so here they are made to look so.
 */
final class AnalyticsReading {
    static final String VIEWS = "dashboard, from the views";
    static final String ROWS = "dashboard, from the rows";
    static final String ALL_VIEWS = "dashboard of all clients, from the views";
    static final String ALL_ROWS = "dashboard of all clients, from the rows";

    private static final String PATH = "/api/analytics/dashboard";

    private AnalyticsReading() {}

    static List<Measurement> measure(Scene scene) throws Exception {
        scene.alternation().say("refreshing the views");
        new AggregateRefresh(scene.stage().source()).run();
        Api api = scene.service().api();
        Rotation clients = new Rotation(scene.size());
        Caller one = () -> api.get(PATH + "?client_id=" + clients.next(), ListRequest.NO_CACHE);
        Caller all = () -> api.get(PATH, ListRequest.NO_CACHE);
        try (Connection connection = scene.stage().connect()) {
            Meter meter = scene.stage().meter(connection, scene.service());
            return scene.alternation()
                    .measure(
                            Group.ANALYTICS.word(),
                            List.of(
                                    of(VIEWS, fresh(scene.stage(), one), meter),
                                    of(ROWS, stale(scene.stage(), one), meter),
                                    of(ALL_VIEWS, fresh(scene.stage(), all), meter),
                                    of(ALL_ROWS, stale(scene.stage(), all), meter)));
        }
    }

    private static Case of(String name, Caller caller, Meter meter) {
        return Case.of(Group.ANALYTICS, name, List.of(caller), meter);
    }

    private static Caller fresh(Stage stage, Caller caller) {
        return new Aged(stage, "now()", caller);
    }

    private static Caller stale(Stage stage, Caller caller) {
        return new Aged(stage, "'epoch'", caller);
    }

    /** A caller in whose rounds the views say that they are of that time. */
    private record Aged(Stage stage, String asOf, Caller caller) implements Caller {
        @Override
        public void begin() throws SQLException {
            stage.execute("update aggregate_refreshes set as_of = " + asOf);
        }

        @Override
        public void call() throws Exception {
            caller.call();
        }
    }
}
