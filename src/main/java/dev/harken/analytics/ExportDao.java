package dev.harken.analytics;

import dev.harken.database.PostOrder;
import dev.harken.database.Tenant;
import dev.harken.database.TenantReads;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;

/** Reads the posts of a period in portions, by key: between two portions no connection is held. */
final class ExportDao {
    private static final String POSTS =
            """
            select
              post.id, post.client_id, post.created_at, post.posted_at, post.subreddit, post.reddit_post_id, post.title,
              post.author, post.url, post.keywords_matched, post.score, post.num_comments, post.reviewed, post.flagged,
              draft.drafts, draft.copied, draft.score as draft_score
            from matched_posts post
            cross join lateral (
              select count(*) as drafts, coalesce(bool_or(response.copied), false) as copied, max(response.score) as score
              from ai_responses response
              where response.post_id = post.id and response.client_id = post.client_id
            ) draft
            where {tenant:post}
              and {config:post}
              and post.created_at < :until
              and (post.created_at, post.id) > (:at, :id)
            order by {order}
            limit :most
            """;

    private final TenantReads reads;

    ExportDao(TenantReads reads) {
        this.reads = reads;
    }

    /** The next posts after a time and an id, before another time, oldest first, at most so many. */
    List<ExportedPost> posts(Scope scope, Instant at, long id, Instant until, int most) {
        boolean all = scope.tenant().equals(Tenant.EVERY) && !scope.isOneConfig();
        String statement = Aggregate.narrowed(scope, POSTS).replace("{order}", PostOrder.of(all, true));
        return reads.read(scope.tenant(), "analytics.export", statement, query -> scope.bind(query)
                .bind("until", until)
                .bind("at", at)
                .bind("id", id)
                .bind("most", most)
                .map((row, context) -> post(row))
                .list());
    }

    private static ExportedPost post(ResultSet row) throws SQLException {
        return new ExportedPost(
                row.getLong("id"),
                row.getLong("client_id"),
                time(row, "created_at"),
                time(row, "posted_at"),
                row.getString("subreddit"),
                row.getString("reddit_post_id"),
                row.getString("title"),
                row.getString("author"),
                row.getString("url"),
                row.getString("keywords_matched"),
                row.getInt("score"),
                row.getInt("num_comments"),
                row.getBoolean("reviewed"),
                row.getBoolean("flagged"),
                row.getLong("drafts"),
                row.getBoolean("copied"),
                row.getObject("draft_score", Integer.class));
    }

    private static Instant time(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
