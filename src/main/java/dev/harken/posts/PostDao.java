package dev.harken.posts;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harken.database.Json;
import dev.harken.database.PlannedForValues;
import dev.harken.database.PostOrder;
import dev.harken.database.Tenant;
import dev.harken.database.TenantReads;
import dev.harken.http.Cursor;
import dev.harken.http.Page;
import dev.harken.http.PageRequest;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.hibernate.LockMode;
import org.hibernate.Session;

/** The table {@code matched_posts}. */
public final class PostDao {
    /**
     * Stores posts of a client, but for those that it has already, and answers the new ids. {@code :posts} is a JSON array
     * of {@link NewPost}s.
     */
    public static final String STORE =
            """
            insert into matched_posts (
              client_id, config_id, subreddit, reddit_post_id, title, url, permalink, author, content,
              keywords_matched, highlights, score, num_comments, posted_at, flagged, reviewed, created_at, updated_at)
            select
              :client, :config, subreddit, reddit_post_id, title, url, permalink, author, content,
              keywords_matched, highlights, score, num_comments, posted_at, false, false, :now, :now
            from jsonb_to_recordset(cast(:posts as jsonb)) as post (%s)
            on conflict (client_id, reddit_post_id) do nothing
            returning id
            """
                    .formatted(NewPost.COLUMNS);

    /**
     * A row for each post of the page, then one for each of their drafts and of what is folded into them: joined, each
     * would repeat its post's text. Unsorted, since SQL promises no order of a union's parts and to sort them there costs
     * more than here.
     *
     * <p>A usual number of posts is part of the statement, so that PostgreSQL can plan it once for a connection: of a
     * parameter for the limit it assumes a tenth of all that fit, finds a plan for the values at hand cheaper, and plans
     * anew for each page, which is a fifth of what the page costs it.
     */
    private static final String PAGE =
            """
            with page as materialized (
              select post.*
              from matched_posts post
              where {tenant:post}{conditions}
              order by {order}
              limit {fetch}
            )
            select
              id, client_id, content, score, created_at, null as post_id, null as grade, null as copied,
              null as compliance_ack, subreddit, reddit_post_id, title, url, permalink, author, keywords_matched,
              num_comments, flagged, reviewed, posted_at, gone_at, relevance, relevance_reason, relevant, highlights,
              null as revision, overdue_at
            from page
            union all
            select
              response.id, response.client_id, response.content, response.score, response.created_at,
              response.post_id, response.grade, response.copied, response.compliance_ack, null, null, null, null,
              null, null, null, null, null, null, null, null, null, null, null, null, response.revision, null
            from page
            join ai_responses response on response.post_id = page.id and response.client_id = page.client_id
            union all
            select
              null, folded.client_id, null, null, null, folded.post_id, null, null, null, folded.subreddit,
              folded.reddit_post_id, null, null, folded.permalink, null, null, null, null, null, folded.posted_at,
              null, null, null, null, null, null, null
            from page
            cross join lateral (
              select client_id, post_id, subreddit, reddit_post_id, permalink, posted_at
              from folded_posts
              where post_id = page.id and client_id = page.client_id
              order by posted_at, reddit_post_id
              limit {folded}
            ) folded
            """
                    .replace("{folded}", String.valueOf(FoldedPostDao.MOST_SHOWN));

    private static final String OF_CLIENT = "post.client_id = :client";

    private static final String IS_OVERDUE = "(post.overdue_at is not null and not post.reviewed)";

    /** PostgreSQL uses an index on an expression only for the same expression: as idx_posts_keywords has it. */
    private static final String HAS_KEYWORD =
            "regexp_split_to_array(lower(post.keywords_matched), '\\s*,\\s*') @> array[cast(:keyword as text)]";

    /** Says what idx_posts_relevant holds, for PostgreSQL to find that it serves. */
    private static final String IS_JUDGED = "post.relevant is not null and ";

    /** As idx_posts_text has it. */
    private static final String HAS_WORDS =
            """
            to_tsvector('simple', coalesce(post.title, '') || ' ' || coalesce(post.content, '')) \
            @@ websearch_to_tsquery('simple', :words)""";

    /** Looked up for each post in turn: as an exists, it would be joined with all drafts of an installation at once. */
    private static final String DRAFTED =
            """
            (
                select true
                from ai_responses drafted
                where drafted.post_id = post.id
                  and drafted.client_id = post.client_id
                limit 1)""";

    /** Of the latest posts that wait, no more than this many are counted: a number above says nothing more. */
    private static final String UNREVIEWED =
            """
            select waiting.config_id, count(*) as posts
            from (
              select post.config_id
              from matched_posts post
              where {tenant:post}
                and not post.reviewed
              %s
              order by %s
              limit :most
            ) waiting
            group by waiting.config_id
            """;

    private static final String OVERDUE =
            """
            select count(*) as posts
            from (
              select 1
              from matched_posts post
              where {tenant:post}
                and post.overdue_at is not null
                and not post.reviewed
              %s
              limit :most
            ) late
            """;

    /** What pages and the feed ask for: others are rare, and a statement of its own for each would be one too many. */
    private static final Set<Integer> USUAL_LIMITS = Set.of(50, 100, 200);

    private static final int MOST_FAILURES = 3;

    private final TenantReads reads;
    private final Json json;
    private final Clock clock;

    public PostDao(TenantReads reads, ObjectMapper mapper, Clock clock) {
        this.reads = reads;
        this.json = new Json(mapper);
        this.clock = clock;
    }

    /** Posts with their drafts, in one statement. */
    public Page<PostView> page(Tenant tenant, PostFilter filter) {
        PageRequest request = filter.page();
        Map<String, Object> values = new HashMap<>();
        String conditions = conditions(filter, request, values);
        String fetch = String.valueOf(request.fetch());
        if (!USUAL_LIMITS.contains(request.limit())) {
            values.put("fetch", request.fetch());
            fetch = ":fetch";
        }
        boolean all = tenant.equals(Tenant.EVERY) && !filter.isIndexedByTime();
        String statement = page(conditions, PostOrder.of(all, request.readsAscending()), fetch);
        List<PostView> posts = reads.read(tenant, "posts.page", statement, query -> {
            if (filter.isSelective()) {
                query.addCustomizer(PlannedForValues.INSTANCE);
            }
            return query.bindMap(values).scanResultSet((rows, context) -> PostRows.read(rows.get()));
        });
        Comparator<PostView> order = Comparator.comparing(PostView::createdAt).thenComparing(PostView::id);
        posts.sort(request.readsAscending() ? order : order.reversed());
        return Page.of(posts, request, post -> new Cursor(post.createdAt(), post.id(), false));
    }

    /** The first page's statement as an administrator's request for a client's posts sends it: its parameter is the id. */
    public static String firstPageOfClient(int limit) {
        PageRequest request = PageRequest.latest(limit);
        return page(
                        condition(OF_CLIENT),
                        PostOrder.of(false, request.readsAscending()),
                        String.valueOf(request.fetch()))
                .replace("{tenant:post}", "true")
                .replace(":client", "?");
    }

    private static String page(String conditions, String order, String fetch) {
        return PAGE.replace("{conditions}", conditions)
                .replace("{order}", order)
                .replace("{fetch}", fetch);
    }

    /** Whether the session may see no post at all. */
    public boolean isEmpty(Session session) {
        return session.createSelectionQuery("select post.id from MatchedPost post", Long.class)
                .setMaxResults(1)
                .list()
                .isEmpty();
    }

    /**
     * How many of the latest posts nobody has reviewed yet, by the config that matched them; 0 stands for posts of
     * configs that are not known.
     *
     * @param clientId one client's only, or 0 for all that the tenant may see
     * @param most the most that are counted in all
     */
    public Map<Long, Integer> unreviewed(Tenant tenant, long clientId, int most) {
        String statement = UNREVIEWED.formatted(
                ofClient(clientId), PostOrder.of(tenant.equals(Tenant.EVERY) && clientId == 0, false));
        return reads.read(tenant, "posts.unreviewed", statement, query -> {
            if (clientId != 0) {
                query.bind("client", clientId);
            }
            return query.bind("most", most)
                    .map((row, context) -> Map.entry(row.getLong(1), row.getInt(2)))
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        });
    }

    /**
     * How many posts wait for review for longer than their clients want.
     *
     * @param clientId one client's only, or 0 for all that the tenant may see
     * @param most the most that are counted
     */
    public int overdue(Tenant tenant, long clientId, int most) {
        return reads.read(tenant, "posts.overdue", OVERDUE.formatted(ofClient(clientId)), query -> {
            if (clientId != 0) {
                query.bind("client", clientId);
            }
            return query.bind("most", most).mapTo(Integer.class).one();
        });
    }

    private static String ofClient(long clientId) {
        return clientId == 0 ? "" : "and " + OF_CLIENT;
    }

    private static String condition(String condition) {
        return "\n    and " + condition;
    }

    private static String conditions(PostFilter filter, PageRequest request, Map<String, Object> values) {
        StringBuilder conditions = new StringBuilder();
        BiConsumer<String, Map<String, ?>> add = (condition, bound) -> {
            conditions.append(condition(condition));
            values.putAll(bound);
        };
        filter.clientId().ifPresent(id -> add.accept(OF_CLIENT, Map.of("client", id)));
        filter.configId().ifPresent(id -> add.accept("post.config_id = :config", Map.of("config", id)));
        filter.hasDraft().ifPresent(has -> add.accept(DRAFTED + (has ? " is not null" : " is null"), Map.of()));
        filter.subreddit().ifPresent(name -> add.accept("post.subreddit = :subreddit", Map.of("subreddit", name)));
        filter.reviewed().ifPresent(is -> add.accept(is ? "post.reviewed" : "not post.reviewed", Map.of()));
        filter.flagged().ifPresent(is -> add.accept(is ? "post.flagged" : "not post.flagged", Map.of()));
        filter.overdue().ifPresent(is -> add.accept(is ? IS_OVERDUE : "not (" + IS_OVERDUE + ")", Map.of()));
        filter.relevant()
                .ifPresent(is -> add.accept(IS_JUDGED + (is ? "post.relevant" : "not post.relevant"), Map.of()));
        filter.minScore().ifPresent(least -> add.accept("post.score >= :least", Map.of("least", least)));
        filter.since().ifPresent(time -> add.accept("post.created_at >= :since", Map.of("since", time)));
        filter.until().ifPresent(time -> add.accept("post.created_at < :until", Map.of("until", time)));
        filter.keyword().ifPresent(word -> add.accept(HAS_KEYWORD, Map.of("keyword", word.toLowerCase(Locale.ROOT))));
        filter.q().ifPresent(words -> add.accept(HAS_WORDS, Map.of("words", words)));
        request.cursor()
                .ifPresent(cursor -> add.accept(
                        "(post.created_at, post.id) " + request.beyond() + " (:at, :id)",
                        Map.of("at", cursor.at(), "id", cursor.id())));
        return conditions.toString();
    }

    /** Those of some posts that were not deleted on Reddit, the newest first. */
    public List<MatchedPost> present(Session session, Collection<Long> ids) {
        return ids.isEmpty()
                ? List.of()
                : session.createSelectionQuery(
                                """
                                select post
                                from MatchedPost post
                                where post.id in (:ids) and post.goneAt is null
                                order by post.createdAt desc, post.id desc
                                """,
                                MatchedPost.class)
                        .setParameterList("ids", ids)
                        .list();
    }

    /** A client's newest posts that were neither deleted on Reddit nor turned away, at most so many. */
    public List<MatchedPost> newest(Session session, long clientId, int most) {
        return session.createSelectionQuery(
                        """
                        select post
                        from MatchedPost post
                        where post.clientId = :client
                          and post.goneAt is null
                          and (post.relevant is null or post.relevant)
                        order by post.createdAt desc, post.id desc
                        """,
                        MatchedPost.class)
                .setParameter("client", clientId)
                .setMaxResults(most)
                .list();
    }

    /** Whose post it is, if the session may see it. */
    public Optional<Long> clientOf(Session session, long id) {
        return session.createSelectionQuery(
                        "select post.clientId from MatchedPost post where post.id = :id", Long.class)
                .setParameter("id", id)
                .uniqueResultOptional();
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
     * Stores posts of a client that one of its configs matched, but for those that it has already.
     *
     * @return the ids of the posts that are new
     */
    List<Long> store(Session session, long clientId, long configId, List<NewPost> posts) {
        return posts.isEmpty()
                ? List.of()
                : session.createNativeQuery(STORE, Long.class)
                        .setParameter("client", clientId)
                        .setParameter("config", configId)
                        .setParameter("posts", json.of(posts))
                        .setParameter("now", clock.instant())
                        .addSynchronizedEntityClass(MatchedPost.class)
                        .list();
    }

    /**
     * The posts of a client that a config matched since a time, or nobody knows which, and that have no draft yet, oldest
     * first, at most so many; without those that were turned away, or whose drafts failed too often.
     */
    public List<MatchedPost> undrafted(Session session, long clientId, long configId, Instant since, int most) {
        return session.createSelectionQuery(
                        """
                        select post
                        from MatchedPost post
                        where post.clientId = :client
                          and post.createdAt >= :since
                          and post.goneAt is null
                          and (post.configId = :config or post.configId is null)
                          and (post.relevant is null or post.relevant)
                          and post.draftsFailed < :failures
                          and not exists (select response.id from AiResponse response where response.postId = post.id)
                        order by post.createdAt, post.id
                        """,
                        MatchedPost.class)
                .setParameter("client", clientId)
                .setParameter("config", configId)
                .setParameter("since", since)
                .setParameter("failures", MOST_FAILURES)
                .setMaxResults(most)
                .list();
    }

    /** Those of the Reddit ids that a client has, whether they are gone or not. They stay there until the transaction ends. */
    List<String> known(Session session, long clientId, Collection<String> redditPostIds) {
        return session.createNativeQuery(
                        """
                        select reddit_post_id
                        from matched_posts
                        where client_id = :client and reddit_post_id = any(string_to_array(:ids, ','))
                        for key share
                        """,
                        String.class)
                .setParameter("client", clientId)
                .setParameter("ids", String.join(",", redditPostIds))
                .list();
    }

    /** Keeps what the language model thought of a post, unless it was judged meanwhile. */
    public void judged(Session session, long clientId, long id, int relevance, String reason, boolean relevant) {
        session.createNativeMutationQuery(
                        """
                        update matched_posts
                        set relevance = :relevance, relevance_reason = :reason, relevant = :relevant, updated_at = :now
                        where client_id = :client and id = :id and relevant is null and gone_at is null
                        """)
                .setParameter("relevance", relevance)
                .setParameter("reason", reason)
                .setParameter("relevant", relevant)
                .setParameter("now", clock.instant())
                .setParameter("client", clientId)
                .setParameter("id", id)
                .executeUpdate();
    }

    /** A draft was written for a post although it had been turned away: somebody knew better. */
    public void accept(Session session, long clientId, long id) {
        session.createNativeMutationQuery(
                        """
                        update matched_posts
                        set relevant = true, updated_at = :now
                        where client_id = :client and id = :id and not relevant
                        """)
                .setParameter("now", clock.instant())
                .setParameter("client", clientId)
                .setParameter("id", id)
                .executeUpdate();
    }

    /** Counts an answer of the language model that could not be used; after three a post is left to people. */
    public void draftFailed(Session session, long clientId, long id) {
        session.createNativeMutationQuery(
                        """
                        update matched_posts
                        set drafts_failed = drafts_failed + 1
                        where client_id = :client and id = :id
                        """)
                .setParameter("client", clientId)
                .setParameter("id", id)
                .executeUpdate();
    }

    /** Locks a post until the end of the transaction; false when it is gone, here or on Reddit. */
    public boolean lock(Session session, long id) {
        MatchedPost post = session.get(MatchedPost.class, id, LockMode.PESSIMISTIC_WRITE);
        return post != null && post.goneAt().isEmpty();
    }
}
