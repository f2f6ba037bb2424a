package dev.harken.monitoring.matching;

import dev.harken.monitoring.reddit.Post;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** A post, made ready for any number of queries. Immutable and thread-safe. */
public final class SearchedPost {
    private final Map<Field, SearchText> fields;

    private SearchedPost(Map<Field, SearchText> fields) {
        this.fields = new EnumMap<>(fields);
    }

    /**
     * A post as Reddit has it; each part that is not known is empty text.
     *
     * @param author without {@code u/}
     * @param subreddit without {@code r/}
     */
    public static SearchedPost of(String title, String text, String author, String flair, String subreddit) {
        return new SearchedPost(Map.of(
                Field.TITLE, SearchText.of(title),
                Field.TEXT, SearchText.of(text),
                Field.AUTHOR, SearchText.of(author),
                Field.FLAIR, SearchText.of(flair),
                Field.SUBREDDIT, SearchText.of(subreddit)));
    }

    /** A post or comment as its source has it; a comment has no title of its own. */
    public static SearchedPost of(Post post) {
        return of(
                post.isComment() ? "" : post.title(),
                post.text(),
                Objects.requireNonNullElse(post.author(), ""),
                post.flair(),
                post.subreddit());
    }

    /** A post of which only these are looked at. */
    static SearchedPost of(String title, String text) {
        return of(title, text, "", "", "");
    }

    SearchText in(Field field) {
        return fields.get(field);
    }
}
