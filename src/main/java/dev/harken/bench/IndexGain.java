package dev.harken.bench;

import dev.harken.database.insight.ManagedIndexes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@link Group#INDEXES}: the query that each of the nine serves, with it, without that one alone, and without any: where
 * one is missing, another of the nine often serves in its place.
 */
final class IndexGain {
    private static final Pattern VALUE = Pattern.compile("(\\w+) = \\$\\d");
    /** As on a table that has no index. */
    private static final List<String> NO_INDEX = List.of(
            "set local enable_indexscan = off",
            "set local enable_indexonlyscan = off",
            "set local enable_bitmapscan = off");

    private static final Pattern ACCESS = Pattern.compile("(Seq Scan) on|(?:using|Bitmap Index Scan on) (\\w+)");

    private final Connection connection;
    private final Meter meter;
    private final Map<String, Object> values;

    private IndexGain(Stage stage, Connection connection, Size size) {
        this.connection = connection;
        this.meter = stage.meter(connection);
        long post = Math.max(1, size.posts() / 2);
        this.values = Map.of(
                "client_id",
                1 + post % size.clients(),
                "post_id",
                post,
                "subreddit",
                Filling.SUBREDDIT,
                "event_type",
                Filling.EVENT_TYPE);
    }

    static List<Measurement> measure(Stage stage, Size size, Alternation alternation) throws Exception {
        try (Connection connection = stage.connect()) {
            IndexGain gain = new IndexGain(stage, connection, size);
            List<Measurement> measured = new ArrayList<>();
            for (ManagedIndexes.Definition index : ManagedIndexes.DEFINITIONS) {
                measured.addAll(gain.measure(index, alternation));
            }
            return measured;
        }
    }

    static String with(ManagedIndexes.Definition index) {
        return index.index() + ", with";
    }

    static String without(ManagedIndexes.Definition index) {
        return index.index() + ", without";
    }

    static String withoutAny(ManagedIndexes.Definition index) {
        return index.index() + ", without any";
    }

    private List<Measurement> measure(ManagedIndexes.Definition index, Alternation alternation) throws Exception {
        RolledBack with = new RolledBack(connection, List.of(), query(index, ""));
        RolledBack without = new RolledBack(connection, RolledBack.dropping(List.of(index.index())), query(index, ""));
        // A statement of its own: PostgreSQL would go on with the plan that it made for the same words.
        RolledBack withoutAny = new RolledBack(connection, NO_INDEX, query(index, "/* without any index */ "));
        List<Measurement> measured = alternation.measure(
                index.index(),
                List.of(
                        Case.of(Group.INDEXES, with(index), List.of(with), meter)
                                .noting(index.serves() + "; by " + plan(index, with)),
                        Case.of(Group.INDEXES, without(index), List.of(without), meter)
                                .noting("by " + plan(index, without)),
                        Case.of(Group.INDEXES, withoutAny(index), List.of(withoutAny), meter)
                                .noting("by " + plan(index, withoutAny))));
        Measurement fast = measured.get(0);
        return List.of(
                fast,
                measured.get(1).noting(slower(fast, measured.get(1))),
                measured.get(2).noting(slower(fast, measured.get(2))));
    }

    private static String slower(Measurement fast, Measurement slow) {
        OptionalDouble times = fast.timesAsFastAs(slow);
        return times.isPresent() ? String.format(Locale.ROOT, "%.1f times as long", times.getAsDouble()) : "";
    }

    private Caller query(ManagedIndexes.Definition index, String before) throws SQLException {
        PreparedStatement statement = prepare(index, before);
        return () -> ListStatement.readAll(statement);
    }

    private PreparedStatement prepare(ManagedIndexes.Definition index, String before) throws SQLException {
        PreparedStatement statement =
                connection.prepareStatement(before + index.sample().replaceAll("\\$\\d", "?"));
        Matcher value = VALUE.matcher(index.condition());
        for (int parameter = 1; value.find(); parameter++) {
            statement.setObject(parameter, values.get(value.group(1)));
        }
        return statement;
    }

    /** Which indexes PostgreSQL takes, or that it reads the whole table. */
    private String plan(ManagedIndexes.Definition index, RolledBack circumstances) throws SQLException {
        Set<String> found = new LinkedHashSet<>();
        circumstances.begin();
        try (PreparedStatement explain = prepare(index, "explain ");
                ResultSet lines = explain.executeQuery()) {
            while (lines.next()) {
                Matcher access = ACCESS.matcher(lines.getString(1));
                if (access.find()) {
                    found.add(access.group(1) == null ? access.group(2) : "reading the whole table");
                }
            }
        } finally {
            circumstances.end();
        }
        return String.join(" and ", found);
    }
}
