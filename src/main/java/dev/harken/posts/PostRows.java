package dev.harken.posts;

import dev.harken.database.Utf8Text;
import dev.harken.monitoring.reddit.Post;
import dev.harken.responses.ResponseView;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes posts out of the rows of a page: posts, and drafts and folded posts, which name the post they belong to. */
final class PostRows {
    // The statement's columns, in its order: to find each by its name would cost as much as to read it.
    private static final int ID = 1;
    private static final int CLIENT_ID = 2;
    private static final int CONTENT = 3;
    private static final int SCORE = 4;
    private static final int CREATED_AT = 5;
    private static final int POST_ID = 6;
    private static final int GRADE = 7;
    private static final int COPIED = 8;
    private static final int COMPLIANCE_ACK = 9;
    private static final int SUBREDDIT = 10;
    private static final int REDDIT_POST_ID = 11;
    private static final int TITLE = 12;
    private static final int URL = 13;
    private static final int PERMALINK = 14;
    private static final int AUTHOR = 15;
    private static final int KEYWORDS_MATCHED = 16;
    private static final int NUM_COMMENTS = 17;
    private static final int FLAGGED = 18;
    private static final int REVIEWED = 19;
    private static final int POSTED_AT = 20;
    private static final int GONE_AT = 21;
    private static final int RELEVANCE = 22;
    private static final int RELEVANCE_REASON = 23;
    private static final int RELEVANT = 24;
    private static final int HIGHLIGHTS = 25;
    private static final int REVISION = 26;
    private static final int OVERDUE_AT = 27;

    private static final Comparator<ResponseView> OLDEST_FIRST =
            Comparator.comparing(ResponseView::createdAt).thenComparing(ResponseView::id);

    private final Map<Long, PostView> posts = new LinkedHashMap<>();
    private final List<Folded> folded = new ArrayList<>();
    private final List<ResponseView> responses = new ArrayList<>();

    private PostRows() {}

    /** The posts with their drafts, oldest draft first, and the best first of those that were written together. */
    static List<PostView> read(ResultSet rows) throws SQLException {
        PostRows read = new PostRows();
        while (rows.next()) {
            long postId = rows.getLong(POST_ID);
            if (rows.wasNull()) {
                PostView post = post(rows);
                read.posts.put(post.id(), post);
            } else if (rows.getLong(ID) == 0) {
                read.folded.add(new Folded(postId, alsoIn(rows)));
            } else {
                read.responses.add(response(rows, postId));
            }
        }
        read.folded.sort(Comparator.comparing(one -> one.post().postedAt()));
        read.folded.forEach(one -> read.posts.get(one.postId()).alsoIn().add(one.post()));
        read.responses.sort(OLDEST_FIRST);
        read.responses.forEach(
                response -> read.posts.get(response.postId()).responses().add(response));
        return new ArrayList<>(read.posts.values());
    }

    private static PostView post(ResultSet row) throws SQLException {
        int relevance = row.getInt(RELEVANCE);
        boolean judged = !row.wasNull();
        boolean relevant = row.getBoolean(RELEVANT);
        boolean decided = !row.wasNull();
        return new PostView(
                row.getLong(ID),
                row.getLong(CLIENT_ID),
                Post.kind(row.getString(REDDIT_POST_ID)),
                Utf8Text.orNull(row, SUBREDDIT),
                Utf8Text.orNull(row, REDDIT_POST_ID),
                Utf8Text.orEmpty(row, TITLE),
                Utf8Text.orNull(row, URL),
                Utf8Text.orNull(row, PERMALINK),
                Utf8Text.orNull(row, AUTHOR),
                Utf8Text.orEmpty(row, CONTENT),
                Utf8Text.orEmpty(row, KEYWORDS_MATCHED),
                row.getString(HIGHLIGHTS),
                row.getInt(SCORE),
                row.getInt(NUM_COMMENTS),
                row.getBoolean(FLAGGED),
                row.getBoolean(REVIEWED),
                judged ? relevance : null,
                Utf8Text.orNull(row, RELEVANCE_REASON),
                decided ? relevant : null,
                time(row, POSTED_AT),
                time(row, CREATED_AT),
                time(row, GONE_AT),
                row.getBoolean(REVIEWED) ? null : time(row, OVERDUE_AT),
                new ArrayList<>(),
                new ArrayList<>());
    }

    private static AlsoIn alsoIn(ResultSet row) throws SQLException {
        return new AlsoIn(
                Utf8Text.orNull(row, SUBREDDIT),
                Utf8Text.orNull(row, REDDIT_POST_ID),
                Utf8Text.orNull(row, PERMALINK),
                time(row, POSTED_AT));
    }

    private static ResponseView response(ResultSet row, long postId) throws SQLException {
        int score = row.getInt(SCORE);
        boolean scored = !row.wasNull();
        return new ResponseView(
                row.getLong(ID),
                postId,
                row.getLong(CLIENT_ID),
                Utf8Text.orEmpty(row, CONTENT),
                scored ? score : null,
                Utf8Text.orNull(row, GRADE),
                row.getBoolean(COPIED),
                row.getBoolean(COMPLIANCE_ACK),
                row.getInt(REVISION),
                time(row, CREATED_AT));
    }

    private static Instant time(ResultSet row, int column) throws SQLException {
        // The driver makes it without a calendar, which an OffsetDateTime goes through: a fifth of what a row cost.
        Timestamp time = row.getTimestamp(column);
        return time == null ? null : time.toInstant();
    }

    private record Folded(long postId, AlsoIn post) {}
}
