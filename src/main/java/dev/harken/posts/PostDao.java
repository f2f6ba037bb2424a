package dev.harken.posts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harken.http.Cursor;
import dev.harken.http.Page;
import dev.harken.http.PageRequest;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.hibernate.LockMode;
import org.hibernate.Session;

/** The table {@code matched_posts}, read through its entity. */
public final class PostDao {
    /**
     * Stores posts of a client, each once: those that the client has already are passed over. Answers the new ids.
     * {@code :posts} is a JSON array of {@link NewPost}s.
     */
    public static final String STORE =
            """
            insert into matched_posts (
              client_id, subreddit, reddit_post_id, title, url, permalink, author, content,
              keywords_matched, score, num_comments, posted_at, flagged, reviewed, created_at, updated_at)
            select
              :client, subreddit, reddit_post_id, title, url, permalink, author, content,
              keywords_matched, score, num_comments, posted_at, false, false, :now, :now
            from jsonb_to_recordset(cast(:posts as jsonb)) as post (
              subreddit text, reddit_post_id text, title text, url text, permalink text, author text,
              content text, keywords_matched text, score int, num_comments int, posted_at timestamptz)
            on conflict (client_id, reddit_post_id) do nothing
            returning id
            """;

    private final ObjectMapper mapper;
    private final Clock clock;

    public PostDao(ObjectMapper mapper, Clock clock) {
        this.mapper = mapper;
        this.clock = clock;
    }

    /**
     * Posts with their drafts, in one statement: the page is chosen by key in the subquery, so that the limit counts
     * posts and not drafts.
     */
    Page<MatchedPost> page(Session session, PostFilter filter) {
        PageRequest request = filter.page();
        Map<String, Object> values = new HashMap<>();
        var query = session.createSelectionQuery(
                """
                select post
                from MatchedPost post
                left join fetch post.responses response
                where post.id in (
                  select chosen.id
                  from MatchedPost chosen
                  where %s
                  order by chosen.createdAt %s, chosen.id %s
                  limit :fetch
                )
                order by post.createdAt %s, post.id %s, response.createdAt, response.id
                """
                        .formatted(
                                conditions(filter, request, values),
                                request.direction(),
                                request.direction(),
                                request.direction(),
                                request.direction()),
                MatchedPost.class);
        query.setParameter("fetch", request.fetch());
        values.forEach(query::setParameter);
        return Page.of(query.list(), request, post -> new Cursor(post.createdAt(), post.id(), false));
    }

    private static String conditions(PostFilter filter, PageRequest request, Map<String, Object> values) {
        List<String> conditions = new ArrayList<>();
        filter.clientId().ifPresent(id -> add(conditions, "chosen.clientId = :client", values, "client", id));
        filter.subreddit()
                .ifPresent(name -> add(conditions, "chosen.subreddit = :subreddit", values, "subreddit", name));
        filter.reviewed().ifPresent(is -> add(conditions, "chosen.reviewed = :reviewed", values, "reviewed", is));
        filter.flagged().ifPresent(is -> add(conditions, "chosen.flagged = :flagged", values, "flagged", is));
        filter.minScore().ifPresent(least -> add(conditions, "chosen.score >= :minScore", values, "minScore", least));
        filter.since().ifPresent(time -> add(conditions, "chosen.createdAt >= :since", values, "since", time));
        filter.until().ifPresent(time -> add(conditions, "chosen.createdAt < :until", values, "until", time));
        filter.keyword()
                .ifPresent(word -> add(
                        conditions,
                        "has_keyword(chosen.keywordsMatched, :keyword)",
                        values,
                        "keyword",
                        word.toLowerCase(Locale.ROOT)));
        filter.q()
                .ifPresent(words ->
                        add(conditions, "has_words(chosen.title, chosen.content, :words)", values, "words", words));
        request.cursor().ifPresent(cursor -> {
            conditions.add("(chosen.createdAt, chosen.id) " + request.beyond() + " (:at, :id)");
            values.put("at", cursor.at());
            values.put("id", cursor.id());
        });
        return conditions.isEmpty() ? "1 = 1" : String.join(" and ", conditions);
    }

    private static void add(
            List<String> conditions, String condition, Map<String, Object> values, String name, Object value) {
        conditions.add(condition);
        values.put(name, value);
    }

    /** One post with its drafts. */
    public Optional<MatchedPost> find(Session session, long id) {
        return session.createSelectionQuery(
                        """
                        select post
                        from MatchedPost post
                        left join fetch post.responses
                        where post.id = :id
                        """,
                        MatchedPost.class)
                .setParameter("id", id)
                .uniqueResultOptional();
    }

    /**
     * Stores posts of a client, each once: those that the client has already are passed over.
     *
     * @return the ids of the posts that are new
     */
    public List<Long> store(Session session, long clientId, List<NewPost> posts) {
        if (posts.isEmpty()) {
            return List.of();
        }
        return session.createNativeQuery(STORE, Long.class)
                .setParameter("client", clientId)
                .setParameter("posts", json(posts))
                .setParameter("now", clock.instant())
                .addSynchronizedEntityClass(MatchedPost.class)
                .list();
    }

    private String json(List<NewPost> posts) {
        try {
            return mapper.writeValueAsString(posts);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("posts cannot be written as JSON", e);
        }
    }

    /** The posts of a client matched since a time that have no draft yet, oldest first, at most so many. */
    public List<MatchedPost> undrafted(Session session, long clientId, Instant since, int most) {
        return session.createSelectionQuery(
                        """
                        select post
                        from MatchedPost post
                        where post.clientId = :client
                          and post.createdAt >= :since
                          and not exists (select response.id from AiResponse response where response.postId = post.id)
                        order by post.createdAt, post.id
                        """,
                        MatchedPost.class)
                .setParameter("client", clientId)
                .setParameter("since", since)
                .setMaxResults(most)
                .list();
    }

    /** Locks a post until the end of the transaction; false when it is gone. */
    public boolean lock(Session session, long id) {
        return session.get(MatchedPost.class, id, LockMode.PESSIMISTIC_WRITE) != null;
    }
}
