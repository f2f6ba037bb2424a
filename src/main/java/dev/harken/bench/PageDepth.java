package dev.harken.bench;

import dev.harken.database.PostOrder;
import dev.harken.http.Cursor;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;

/** {@link Group#DEPTH}: a page at the start of all clients' posts, and one far down, by one caller. */
final class PageDepth {
    static final String FIRST = "page at row 1";
    static final String DEEP = "page far down";

    private static final int DEEP_ROW = 100_000;

    /** Not by following the links: that would read a thousand pages. */
    private static final String KEY =
            """
            select post.created_at, post.id
            from matched_posts post
            order by %s
            offset ?
            fetch first 1 row only
            """
                    .formatted(PostOrder.of(true, false));

    private PageDepth() {}

    static List<Measurement> measure(Scene scene) throws Exception {
        int row = Math.min(DEEP_ROW, scene.size().posts() / 2);
        Api api = scene.service().api();
        String path = "/api/posts?limit=" + ListReading.PAGE;
        try (Connection connection = scene.stage().connect()) {
            Meter meter = scene.stage().meter(connection, scene.service());
            String deep = path + "&cursor=" + cursorAt(connection, row);
            return scene.alternation()
                    .measure(
                            Group.DEPTH.word(),
                            List.of(
                                    Case.of(
                                            Group.DEPTH,
                                            FIRST,
                                            ListRequest.reading(api, path, ListRequest.NO_CACHE, 1),
                                            meter),
                                    Case.of(
                                                    Group.DEPTH,
                                                    DEEP,
                                                    ListRequest.reading(api, deep, ListRequest.NO_CACHE, 1),
                                                    meter)
                                            .noting("after row %,d".formatted(row))));
        }
    }

    private static String cursorAt(Connection connection, int row) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(KEY)) {
            statement.setInt(1, row - 1);
            try (ResultSet key = statement.executeQuery()) {
                key.next();
                return new Cursor(key.getObject(1, OffsetDateTime.class).toInstant(), key.getLong(2), false).encode();
            }
        }
    }
}
