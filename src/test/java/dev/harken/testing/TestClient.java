package dev.harken.testing;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A client made for one test, with a user of its own who is signed in. */
public record TestClient(TestDatabase database, long id, String name, ApiClient user) {
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final String PASSWORD = "a-reviewers-password";

    public static TestClient create(HarkenService harken) {
        ApiClient admin = harken.admin();
        int number = NUMBERS.incrementAndGet();
        String name = "Client " + number;
        long id = admin.post("/api/clients", Map.of("name", name))
                .json()
                .get("id")
                .asLong();
        return new TestClient(
                harken.database(), id, name, user(harken, admin, id, "reviewer" + number + "@client.test"));
    }

    /** Another user of this client, signed in. */
    public ApiClient anotherUser(HarkenService harken) {
        return user(harken, harken.admin(), id, "reviewer" + NUMBERS.incrementAndGet() + "@client.test");
    }

    private static ApiClient user(HarkenService harken, ApiClient admin, long id, String email) {
        ApiClient.Answer user = admin.post(
                "/api/users", Map.of("email", email, "password", PASSWORD, "role", "client", "client_id", id));
        if (user.status() != 201) {
            throw new AssertionError("no user was made: " + user.body());
        }
        return harken.anonymous().signIn(email, PASSWORD);
    }

    /** Stores a post as a scan would, with so many drafts, and answers its id. */
    public long post(String redditPostId, String title, int drafts) throws SQLException {
        long post = insert(
                """
                insert into matched_posts (client_id, subreddit, reddit_post_id, title, content, keywords_matched, score)
                values (?, 'SampleGardening', ?, ?, 'The text of ' || ?, 'tomatoes, "raised bed"', 7)
                returning id
                """,
                id,
                redditPostId,
                title,
                title);
        for (int draft = 1; draft <= drafts; draft++) {
            response(post, "Draft " + draft + " for " + title);
        }
        return post;
    }

    /** Stores a draft and answers its id. */
    public long response(long post, String content) throws SQLException {
        return insert(
                "insert into ai_responses (post_id, client_id, content, score) values (?, ?, ?, 70) returning id",
                post,
                id,
                content);
    }

    private long insert(String sql, Object... values) throws SQLException {
        try (Connection connection = database.connect();
                PreparedStatement insert = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                insert.setObject(i + 1, values[i]);
            }
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }
}
