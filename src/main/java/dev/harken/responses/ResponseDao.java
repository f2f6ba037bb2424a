package dev.harken.responses;

import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.hibernate.LockMode;
import org.hibernate.Session;

/** The tables {@code ai_responses} and {@code response_revisions}. */
public final class ResponseDao {
    /** Stores a draft for a post, and answers its id. */
    public static final String STORE =
            """
            insert into ai_responses (
              post_id, client_id, content, score, grade, quality_breakdown, copied, compliance_ack, created_at)
            values (
              :post, :client, :content, :score, :grade, cast(:breakdown as json), false, false, :now)
            returning id
            """;

    private static final String PURGE =
            """
            with emptied as (
              update ai_responses
              set content = '',
                revision = revision + 1
              where client_id = :client
                and post_id = any(cast(string_to_array(:posts, ',') as bigint[]))
                and not copied
              returning id
            )
            delete from response_revisions
            where client_id = :client
              and response_id in (select id from emptied)
            """;

    private final Clock clock;

    public ResponseDao(Clock clock) {
        this.clock = clock;
    }

    /** The entities of this room, for Hibernate. */
    public static List<Class<?>> entities() {
        return List.of(AiResponse.class, Revision.class);
    }

    /** A response, locked until the end of the transaction, so that two edits keep both earlier texts. */
    Optional<AiResponse> findForChange(Session session, long id) {
        return Optional.ofNullable(session.get(AiResponse.class, id, LockMode.PESSIMISTIC_WRITE));
    }

    public Optional<AiResponse> find(Session session, long id) {
        return Optional.ofNullable(session.get(AiResponse.class, id));
    }

    boolean exists(Session session, long id) {
        return session.get(AiResponse.class, id) != null;
    }

    /** The latest draft for a post, and the best of those that were written together. */
    public Optional<AiResponse> latest(Session session, long postId) {
        return session.createSelectionQuery(
                        """
                        select response
                        from AiResponse response
                        where response.postId = :post
                        order by response.createdAt desc, response.id
                        """,
                        AiResponse.class)
                .setParameter("post", postId)
                .setMaxResults(1)
                .uniqueResultOptional();
    }

    /** How many drafts a post has. */
    public long count(Session session, long postId) {
        return session.createSelectionQuery(
                        "select count(*) from AiResponse response where response.postId = :post", Long.class)
                .setParameter("post", postId)
                .getSingleResult();
    }

    /** All drafts for a post, the latest first, and the best first of those that were written together. */
    public List<AiResponse> ofPost(Session session, long postId) {
        return session.createSelectionQuery(
                        """
                        select response
                        from AiResponse response
                        where response.postId = :post
                        order by response.createdAt desc, response.id
                        """,
                        AiResponse.class)
                .setParameter("post", postId)
                .list();
    }

    Optional<Revision> revision(Session session, long responseId, long id) {
        return session.createSelectionQuery(
                        """
                        select revision
                        from Revision revision
                        where revision.id = :id
                          and revision.responseId = :response
                        """,
                        Revision.class)
                .setParameter("id", id)
                .setParameter("response", responseId)
                .uniqueResultOptional();
    }

    void keep(Session session, Revision revision) {
        session.persist(revision);
    }

    /** The earlier texts of a response, newest first, at most so many. */
    List<Revision> revisions(Session session, long responseId, int most) {
        return session.createSelectionQuery(
                        """
                        select revision
                        from Revision revision
                        where revision.responseId = :response
                        order by revision.createdAt desc, revision.id desc
                        """,
                        Revision.class)
                .setParameter("response", responseId)
                .setMaxResults(most)
                .list();
    }

    /**
     * Empties what was drafted for posts of a client, which may quote them, with all earlier texts. What was copied
     * stays: it is the client's own word by then.
     */
    public void purge(Session session, long clientId, Collection<Long> postIds) {
        session.createNativeMutationQuery(PURGE)
                .setParameter("client", clientId)
                .setParameter("posts", joined(postIds))
                .executeUpdate();
    }

    /**
     * Deletes what was drafted for posts of a client whose places others took, so that drafts are written for those. What
     * was copied stays.
     */
    public void discard(Session session, long clientId, Collection<Long> postIds) {
        session.createNativeMutationQuery(
                        """
                        delete from ai_responses
                        where client_id = :client
                          and post_id = any(cast(string_to_array(:posts, ',') as bigint[]))
                          and not copied
                        """)
                .setParameter("client", clientId)
                .setParameter("posts", joined(postIds))
                .executeUpdate();
    }

    private static String joined(Collection<Long> ids) {
        return ids.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    /** Stores the drafts for a post that were written together, best first, and answers the best one's id. */
    public long store(Session session, long postId, long clientId, List<NewResponse> drafts) {
        // The same time for all, so that the ids alone tell their order.
        Instant now = clock.instant();
        return drafts.stream()
                .map(draft -> store(session, postId, clientId, draft, now))
                .toList()
                .get(0);
    }

    private static long store(Session session, long postId, long clientId, NewResponse draft, Instant now) {
        return session.createNativeQuery(STORE, Long.class)
                .setParameter("post", postId)
                .setParameter("client", clientId)
                .setParameter("content", draft.content())
                .setParameter("score", draft.score())
                .setParameter("grade", draft.grade())
                .setParameter("breakdown", draft.qualityBreakdown())
                .setParameter("now", now)
                .addSynchronizedEntityClass(AiResponse.class)
                .getSingleResult();
    }
}
