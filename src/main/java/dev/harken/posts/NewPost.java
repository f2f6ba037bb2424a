package dev.harken.posts;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.harken.monitoring.matching.Highlights;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A post that matched, on its way into the table.
 *
 * @param url what it links to, or null; left out when it is longer than the column
 * @param author null when the author is gone
 * @param keywordsMatched separated by commas, at most {@link #LONGEST} characters
 * @param highlights where they are in the title and the content
 * @param keys what it is known by, as {@link dev.harken.monitoring.matching.PostKeys} has it
 */
public record NewPost(
        String subreddit,
        String redditPostId,
        String title,
        String url,
        String permalink,
        String author,
        String content,
        String keywordsMatched,
        Highlights highlights,
        int score,
        int numComments,
        Instant postedAt,
        @JsonIgnore Set<String> keys) {
    /** The width of the columns for title, url and permalink that existing deployments have. */
    public static final int LONGEST = 1000;

    /** In SQL, the columns of a record set that is made of these as JSON. */
    static final String COLUMNS =
            """
            subreddit text, reddit_post_id text, title text, url text, permalink text, author text, content text, \
            keywords_matched text, highlights json, score int, num_comments int, posted_at timestamptz""";

    public NewPost {
        title = cut(storable(title));
        content = storable(content);
        highlights = highlights.within(title.length(), content.length());
        url = url == null || url.length() > LONGEST ? null : storable(url);
        keys = Collections.unmodifiableSet(new LinkedHashSet<>(keys));
        permalink = permalink == null || permalink.length() > LONGEST ? null : storable(permalink);
    }

    private static String cut(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return text.substring(0, end);
    }

    /** Without NUL characters, which PostgreSQL's text cannot hold. */
    private static String storable(String text) {
        return text.replace("\0", "");
    }
}
