package dev.harken.posts;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harken.database.Json;
import dev.harken.database.Utf8Text;
import dev.harken.monitoring.reddit.Threads;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hibernate.Session;
import org.hibernate.type.StandardBasicTypes;

/** The table {@code folded_posts}: whole posts that say the same as a matched one of their client. */
final class FoldedPostDao {
    /** Posts that are shown with the one they are folded into. */
    static final int MOST_SHOWN = 20;

    private static final String STORE =
            """
            insert into folded_posts (
              client_id, reddit_post_id, post_id, config_id, subreddit, title, url, permalink, author, content,
              keywords_matched, highlights, score, num_comments, posted_at)
            select
              :client, folded.reddit_post_id, post.id, :config, folded.subreddit, folded.title, folded.url,
              folded.permalink, folded.author, folded.content, folded.keywords_matched, folded.highlights,
              folded.score, folded.num_comments, folded.posted_at
            from jsonb_to_recordset(cast(:posts as jsonb)) as folded (first text, %s)
            join matched_posts post on post.client_id = :client and post.reddit_post_id = folded.first
            """
                    .formatted(NewPost.COLUMNS);

    private static final String HAD =
            """
            select reddit_post_id, true as is_folded
            from folded_posts
            where client_id = :client and reddit_post_id = any(string_to_array(:ids, ','))
            union all
            select reddit_post_id, false
            from removed_posts
            where client_id = :client and reddit_post_id = any(string_to_array(:ids, ','))
            """;

    private static final String OF_POST =
            """
            select subreddit, reddit_post_id, permalink, posted_at
            from folded_posts
            where client_id = :client and post_id = :post
            order by posted_at, reddit_post_id
            limit :most
            """;

    private final Json json;

    FoldedPostDao(ObjectMapper mapper) {
        this.json = new Json(mapper);
    }

    /**
     * Stores posts that a config matched, none of which is folded yet, each with the Reddit id of the client's post that
     * it is folded into.
     *
     * @throws IllegalStateException when one of those is not there
     */
    void store(Session session, long clientId, long configId, Map<NewPost, String> folded) {
        List<Row> rows = folded.entrySet().stream()
                .map(entry -> new Row(entry.getValue(), entry.getKey()))
                .toList();
        int stored = session.createNativeMutationQuery(STORE)
                .setParameter("client", clientId)
                .setParameter("config", configId)
                .setParameter("posts", json.of(rows))
                .executeUpdate();
        if (stored != rows.size()) {
            throw new IllegalStateException("of " + rows.size() + " posts " + stored + " could be folded");
        }
    }

    /** Which of the Reddit ids a client has folded into another post, and which it had until retention removed them. */
    Had had(Session session, long clientId, Collection<String> redditPostIds) {
        Set<String> folded = new HashSet<>();
        Set<String> removed = new HashSet<>();
        session.createNativeQuery(HAD, Object.class)
                .setParameter("client", clientId)
                .setParameter("ids", String.join(",", redditPostIds))
                .addScalar("reddit_post_id", StandardBasicTypes.STRING)
                .addScalar("is_folded", StandardBasicTypes.BOOLEAN)
                .setTupleTransformer((row, names) -> row)
                .list()
                .forEach(row -> ((Boolean) row[1] ? folded : removed).add((String) row[0]));
        return new Had(folded, removed);
    }

    /** Those that are folded into a post, the oldest first, at most {@value #MOST_SHOWN}. */
    List<AlsoIn> of(Session session, long clientId, long postId) {
        return session.createNativeQuery(OF_POST, Object.class)
                .setParameter("client", clientId)
                .setParameter("post", postId)
                .setParameter("most", MOST_SHOWN)
                .addScalar("subreddit", StandardBasicTypes.STRING)
                .addScalar("reddit_post_id", StandardBasicTypes.STRING)
                .addScalar("permalink", StandardBasicTypes.STRING)
                .addScalar("posted_at", StandardBasicTypes.INSTANT)
                .setTupleTransformer((row, names) -> new AlsoIn(
                        Utf8Text.of((String) row[0]),
                        Utf8Text.of((String) row[1]),
                        row[2] == null ? null : Utf8Text.of((String) row[2]),
                        (Instant) row[3]))
                .list();
    }

    /** Deletes those of a client that have the Reddit ids, and answers which these were: retention may be faster. */
    List<String> delete(Session session, long clientId, Collection<String> redditPostIds) {
        return session.createNativeQuery(
                        """
                        delete from folded_posts
                        where client_id = :client and reddit_post_id = any(string_to_array(:ids, ','))
                        returning reddit_post_id
                        """,
                        String.class)
                .setParameter("client", clientId)
                .setParameter("ids", String.join(",", redditPostIds))
                .getResultList();
    }

    /** Takes the titles of threads whose posts are gone off a client's comments, and out of their addresses. */
    void untitle(Session session, long clientId, Collection<String> threads) {
        session.createNativeMutationQuery("update folded_posts set " + Threads.UNTITLED
                        + " where client_id = :client and " + Threads.IN_THREADS)
                .setParameter("client", clientId)
                .setParameter("ids", String.join(",", threads))
                .executeUpdate();
    }

    /** Takes the author's name off those of a client. */
    void unsign(Session session, long clientId, Collection<String> redditPostIds) {
        session.createNativeMutationQuery(
                        """
                        update folded_posts
                        set author = null
                        where client_id = :client
                          and reddit_post_id = any(string_to_array(:ids, ','))
                          and author is not null
                        """)
                .setParameter("client", clientId)
                .setParameter("ids", String.join(",", redditPostIds))
                .executeUpdate();
    }

    /** Reddit ids of a client's posts. */
    record Had(Set<String> folded, Set<String> removed) {
        Had {
            folded = Set.copyOf(folded);
            removed = Set.copyOf(removed);
        }
    }

    private record Row(String first, @JsonUnwrapped NewPost post) {}
}
