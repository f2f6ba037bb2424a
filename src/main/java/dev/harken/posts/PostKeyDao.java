package dev.harken.posts;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harken.database.Json;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.hibernate.Session;
import org.hibernate.type.StandardBasicTypes;

/** The table {@code post_keys}: what the recent posts of each client are known by. */
final class PostKeyDao {
    private static final String FIRSTS =
            """
            select known.key, post.reddit_post_id
            from post_keys known
            join matched_posts post on post.id = known.post_id and post.client_id = known.client_id
            where known.client_id = :client
              and known.key = any(string_to_array(:keys, ','))
              and known.claimed_at >= :since
              and post.gone_at is null
            for key share of post
            """;

    private static final String CLAIM =
            """
            insert into post_keys (client_id, key, post_id, claimed_at)
            select post.client_id, claim.key, post.id, post.created_at
            from jsonb_each_text(cast(:claims as jsonb)) as claim (key, reddit_post_id)
            join matched_posts post
              on post.client_id = :client and post.reddit_post_id = claim.reddit_post_id
            order by claim.key
            on conflict (client_id, key) do update set
              post_id = excluded.post_id,
              claimed_at = excluded.claimed_at
            """;

    private static final String THIN =
            """
            delete from post_keys
            where (client_id, key) in (
                select client_id, key
                from post_keys
                where claimed_at < :before
                order by claimed_at
                limit :most
                for update skip locked)
              and claimed_at < :before
            """;

    private final Json json;

    PostKeyDao(ObjectMapper mapper) {
        this.json = new Json(mapper);
    }

    /**
     * The Reddit ids of a client's posts that are there and were stored since a time, by those of the keys that they have.
     * They stay there until the transaction ends.
     */
    Map<String, String> firsts(Session session, long clientId, Collection<String> keys, Instant since) {
        Map<String, String> firsts = new HashMap<>();
        session.createNativeQuery(FIRSTS, Object.class)
                .setParameter("client", clientId)
                .setParameter("keys", String.join(",", keys))
                .setParameter("since", since)
                .addScalar("key", StandardBasicTypes.STRING)
                .addScalar("reddit_post_id", StandardBasicTypes.STRING)
                .setTupleTransformer((row, names) -> row)
                .list()
                .forEach(row -> firsts.put((String) row[0], (String) row[1]));
        return firsts;
    }

    /**
     * Gives keys to posts of a client, whoever had them before, as of when each was stored.
     *
     * @param claims the posts' Reddit ids, by key
     */
    void claim(Session session, long clientId, Map<String, String> claims) {
        session.createNativeMutationQuery(CLAIM)
                .setParameter("client", clientId)
                .setParameter("claims", json.of(claims))
                .executeUpdate();
    }

    /** Deletes keys that were claimed before a time, at most so many, and answers how many. */
    int thin(Session session, Instant before, int most) {
        return session.createNativeMutationQuery(THIN)
                .setParameter("before", before)
                .setParameter("most", most)
                .executeUpdate();
    }
}
