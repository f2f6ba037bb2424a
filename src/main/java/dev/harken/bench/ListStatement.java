package dev.harken.bench;

import dev.harken.posts.PostDao;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Callers that read the list's rows from PostgreSQL themselves and make nothing of them. */
final class ListStatement {
    /** Posts of a client, by the client and how many. */
    static final String POSTS =
            """
            select
              id, client_id, subreddit, reddit_post_id, title, url, permalink, author, content, keywords_matched, score,
              num_comments, flagged, reviewed, posted_at, created_at, updated_at
            from matched_posts
            where client_id = ?
            order by created_at desc, id desc
            fetch first ? rows only
            """;

    /** A post's responses. */
    static final String RESPONSES =
            """
            select id, post_id, client_id, content, score, grade, copied, compliance_ack, created_at
            from ai_responses
            where post_id = ?
            order by created_at, id
            """;

    private ListStatement() {}

    /** The service's own statement, prepared once. */
    static Caller atOnce(Connection connection, Rotation clients, int limit) throws SQLException {
        PreparedStatement page = connection.prepareStatement(PostDao.firstPageOfClient(limit));
        return () -> {
            page.setLong(1, clients.next());
            readAll(page);
        };
    }

    /** A statement for the posts, and then one for the responses of each. */
    static Caller lazily(Connection connection, Rotation clients, int limit) throws SQLException {
        PreparedStatement posts = connection.prepareStatement(POSTS);
        PreparedStatement responses = connection.prepareStatement(RESPONSES);
        return () -> {
            posts.setLong(1, clients.next());
            posts.setInt(2, limit);
            try (ResultSet page = posts.executeQuery()) {
                while (page.next()) {
                    responses.setLong(1, page.getLong(1));
                    readAll(responses);
                }
            }
        };
    }

    static void readAll(PreparedStatement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                // All are on this side already: the driver has read the whole result.
            }
        }
    }
}
