package dev.harken.monitoring.feed;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harken.database.Json;
import dev.harken.monitoring.reddit.ListingName;
import dev.harken.monitoring.reddit.Post;
import dev.harken.monitoring.reddit.Threads;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.hibernate.Session;
import org.hibernate.query.NativeQuery;
import org.hibernate.type.StandardBasicTypes;

/** The table {@code feed_posts}. */
final class FeedPostDao {
    /** Of this program and this table; any number that no other lock of the database has. */
    private static final long LOCK = 0x6665_6564L;

    private static final String STORE =
            """
            insert into feed_posts (
              reddit_post_id, subreddit, title, content, flair, author, url, permalink, score, num_comments, nsfw,
              crosspost_of, posted_at, read_at)
            select
              id, subreddit, title, content, flair, author, url, permalink, score, num_comments, nsfw, crosspost_of,
              posted_at, :now
            from jsonb_to_recordset(cast(:posts as jsonb)) as post (
              id text, subreddit text, title text, content text, flair text, author text, url text, permalink text,
              score int, num_comments int, nsfw boolean, crosspost_of text, posted_at timestamptz)
            order by posted_at
            on conflict (reddit_post_id) do nothing
            """;

    private static final String READ =
            """
            select
              position, reddit_post_id, subreddit, title, content, flair, author, url, permalink, score, num_comments,
              nsfw, posted_at, crosspost_of
            from feed_posts
            where position %s :position
              %s
            order by position %s
            limit :most
            """;

    private final Json json;

    FeedPostDao(ObjectMapper mapper) {
        this.json = new Json(mapper);
    }

    /**
     * Stores posts, each once, the oldest first. Others that store wait until this transaction ends.
     */
    void store(Session session, List<Post> posts, Instant now) {
        session.createNativeQuery("select cast(pg_advisory_xact_lock(:lock) as text)", String.class)
                .setParameter("lock", LOCK)
                .getSingleResult();
        session.createNativeMutationQuery(STORE)
                .setParameter(
                        "posts", json.of(posts.stream().map(FeedPostDao::row).toList()))
                .setParameter("now", now)
                .executeUpdate();
    }

    private static Row row(Post post) {
        return new Row(
                post.id(),
                post.subreddit(),
                post.title(),
                post.text(),
                post.flair(),
                post.author(),
                post.url(),
                post.permalink(),
                post.score(),
                post.comments(),
                post.nsfw(),
                post.crosspostOf(),
                post.createdAt());
    }

    /**
     * The posts that follow a position, in their order, at most so many.
     *
     * @param listings as {@link ListingName} says, in lower case
     */
    List<FeedPost> after(Session session, long position, Collection<String> listings, int most) {
        return read(session, ">", position, "asc", listings, most);
    }

    /** The posts that precede a position, the latest first; else as {@link #after}. */
    List<FeedPost> before(Session session, long position, Collection<String> listings, int most) {
        return read(session, "<", position, "desc", listings, most);
    }

    /** The Reddit ids of the posts that were read last, the latest first. */
    List<String> last(Session session, int most) {
        return session.createNativeQuery(
                        "select reddit_post_id from feed_posts order by position desc limit :most", String.class)
                .setParameter("most", most)
                .list();
    }

    private static List<FeedPost> read(
            Session session, String beyond, long position, String order, Collection<String> listings, int most) {
        Map<Boolean, List<String>> names =
                listings.stream().collect(Collectors.partitioningBy(ListingName::isOfComments));
        List<String> kinds = new ArrayList<>();
        Map<String, String> values = new HashMap<>();
        names.forEach((ofComments, ofKind) -> {
            if (ofKind.isEmpty()) {
                return;
            }
            String kind = (ofComments ? "" : "not ") + Threads.IS_COMMENT;
            if (ofKind.stream().anyMatch(ListingName::isEverywhere)) {
                kinds.add(kind);
            } else {
                String parameter = ofComments ? "comments" : "posts";
                kinds.add("lower(subreddit) = any(string_to_array(:" + parameter + ", ',')) and " + kind);
                values.put(
                        parameter, ofKind.stream().map(ListingName::subreddit).collect(Collectors.joining(",")));
            }
        });
        NativeQuery<?> query = session.createNativeQuery(
                        READ.formatted(
                                beyond,
                                kinds.isEmpty() ? "and false" : "and (" + String.join(" or ", kinds) + ")",
                                order),
                        Object.class)
                .setParameter("position", position)
                .setParameter("most", most);
        values.forEach(query::setParameter);
        return query.addScalar("position", StandardBasicTypes.LONG)
                .addScalar("reddit_post_id", StandardBasicTypes.STRING)
                .addScalar("subreddit", StandardBasicTypes.STRING)
                .addScalar("title", StandardBasicTypes.STRING)
                .addScalar("content", StandardBasicTypes.STRING)
                .addScalar("flair", StandardBasicTypes.STRING)
                .addScalar("author", StandardBasicTypes.STRING)
                .addScalar("url", StandardBasicTypes.STRING)
                .addScalar("permalink", StandardBasicTypes.STRING)
                .addScalar("score", StandardBasicTypes.INTEGER)
                .addScalar("num_comments", StandardBasicTypes.INTEGER)
                .addScalar("nsfw", StandardBasicTypes.BOOLEAN)
                .addScalar("posted_at", StandardBasicTypes.INSTANT)
                .addScalar("crosspost_of", StandardBasicTypes.STRING)
                .setTupleTransformer((row, aliases) -> new FeedPost(
                        (Long) row[0],
                        new Post(
                                (String) row[1],
                                (String) row[2],
                                (String) row[3],
                                (String) row[4],
                                (String) row[5],
                                (String) row[6],
                                (Instant) row[12],
                                (Integer) row[9],
                                (Integer) row[10],
                                (Boolean) row[11],
                                (String) row[7],
                                (String) row[8],
                                (String) row[13])))
                .list();
    }

    /** Deletes posts. */
    void delete(Session session, Collection<String> ids) {
        session.createNativeMutationQuery(
                        "delete from feed_posts where reddit_post_id = any(string_to_array(:ids, ','))")
                .setParameter("ids", String.join(",", ids))
                .executeUpdate();
    }

    /** Takes the titles of threads whose posts are gone off their comments, and out of their addresses. */
    void untitle(Session session, Collection<String> threads) {
        session.createNativeMutationQuery("update feed_posts set " + Threads.UNTITLED + " where " + Threads.IN_THREADS)
                .setParameter("ids", String.join(",", threads))
                .executeUpdate();
    }

    /** Takes the author's name off posts. */
    void unsign(Session session, Collection<String> ids) {
        session.createNativeMutationQuery(
                        """
                        update feed_posts
                        set author = null
                        where reddit_post_id = any(string_to_array(:ids, ',')) and author is not null
                        """)
                .setParameter("ids", String.join(",", ids))
                .executeUpdate();
    }

    /** Deletes posts that were read before a time, at most so many, and answers how many. */
    int thin(Session session, Instant before, int most) {
        return session.createNativeMutationQuery(
                        """
                        delete from feed_posts
                        where position in (
                          select position from feed_posts where read_at < :before order by read_at limit :most)
                        """)
                .setParameter("before", before)
                .setParameter("most", most)
                .executeUpdate();
    }

    private record Row(
            String id,
            String subreddit,
            String title,
            String content,
            String flair,
            String author,
            String url,
            String permalink,
            int score,
            int numComments,
            boolean nsfw,
            String crosspostOf,
            Instant postedAt) {}
}
