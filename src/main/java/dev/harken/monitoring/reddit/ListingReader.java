package dev.harken.monitoring.reddit;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a listing. Reddit's fields come and go over the years, so only an id is needed; unknown fields and
 * children of other kinds than posts and comments are passed over, and so are those whose text was deleted or removed.
 */
final class ListingReader {
    private static final String SITE = "https://www.reddit.com";
    private static final String DELETED = "[deleted]";
    private static final Set<String> GONE = Set.of(DELETED, "[removed]");
    /** Of the kind of thing that a post is, in its full name. */
    private static final String PREFIX = "t3_";

    private static final long LAST_SECOND =
            Instant.parse("9999-01-01T00:00:00Z").getEpochSecond();

    private final Clock clock;

    ListingReader(Clock clock) {
        this.clock = clock;
    }

    /** A page of a listing; empty when the node is not a listing. */
    Optional<ListingPage> read(JsonNode listing) {
        JsonNode children = listing.path("data").path("children");
        if (!children.isArray()) {
            return Optional.empty();
        }
        List<Post> posts = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<Instant> times = new ArrayList<>();
        for (JsonNode child : children) {
            JsonNode data = child.path("data");
            String id = id(data);
            String kind = child.path("kind").asText();
            if (id.isEmpty()) {
                continue;
            }
            if (kind.equals("t3")) {
                names.add(fullName(id));
                times.add(createdAt(data.path("created_utc")));
                post(data).ifPresent(posts::add);
            } else if (kind.equals("t1")) {
                names.add(fullName(Post.COMMENT + id));
                times.add(createdAt(data.path("created_utc")));
                comment(data).ifPresent(posts::add);
            }
        }
        return Optional.of(new ListingPage(posts, names, times, text(listing.path("data"), "after")));
    }

    private Optional<Post> post(JsonNode data) {
        String id = id(data);
        String text = text(data, "selftext");
        if (id.isEmpty() || GONE.contains(text) || data.hasNonNull("removed_by_category")) {
            return Optional.empty();
        }
        String author = text(data, "author");
        return Optional.of(new Post(
                id,
                text(data, "subreddit"),
                text(data, "title"),
                text,
                text(data, "link_flair_text"),
                author.isEmpty() || author.equals(DELETED) ? null : author,
                createdAt(data.path("created_utc")),
                number(data.path("score")),
                number(data.path("num_comments")),
                data.path("over_18").asBoolean(),
                address(text(data, "url")),
                address(text(data, "permalink")),
                crosspostOf(data)));
    }

    private Optional<Post> comment(JsonNode data) {
        String id = id(data);
        String text = text(data, "body");
        if (GONE.contains(text)) {
            return Optional.empty();
        }
        String author = text(data, "author");
        String permalink = commentAddress(data, id);
        return Optional.of(new Post(
                Post.COMMENT + id,
                text(data, "subreddit"),
                text(data, "link_title"),
                text,
                "",
                author.isEmpty() || author.equals(DELETED) ? null : author,
                createdAt(data.path("created_utc")),
                number(data.path("score")),
                number(data.path("num_comments")),
                data.path("over_18").asBoolean(),
                permalink,
                permalink,
                null));
    }

    /** As the answer has it, which older ones do not, or in the thread that it names. */
    private static String commentAddress(JsonNode data, String id) {
        String permalink = address(text(data, "permalink"));
        String thread = text(data, "link_id");
        return permalink == null && thread.startsWith(PREFIX)
                ? SITE + "/comments/" + thread.substring(PREFIX.length()) + "/_/" + id + "/"
                : permalink;
    }

    /** What Reddit calls a post or comment, with its kind. */
    static String fullName(String id) {
        return Post.isComment(id) ? id : PREFIX + id;
    }

    private static String id(JsonNode data) {
        String id = text(data, "id");
        String name = text(data, "name");
        return id.isEmpty() && (name.startsWith(PREFIX) || name.startsWith(Post.COMMENT))
                ? name.substring(PREFIX.length())
                : id;
    }

    private static String crosspostOf(JsonNode data) {
        String name = text(data, "crosspost_parent");
        return name.startsWith(PREFIX) && name.length() > PREFIX.length() ? name.substring(PREFIX.length()) : null;
    }

    /** Seconds since 1970, as a float. A post that does not say is taken to be as old as this reading of it. */
    private Instant createdAt(JsonNode seconds) {
        double value = seconds.isNumber() ? seconds.doubleValue() : Double.NaN;
        return value >= 0 && value < LAST_SECOND ? Instant.ofEpochSecond((long) value) : clock.instant();
    }

    private static int number(JsonNode field) {
        return field.canConvertToInt() ? field.intValue() : 0;
    }

    /** Without the one character that PostgreSQL's text cannot hold. */
    private static String text(JsonNode data, String field) {
        JsonNode value = data.path(field);
        return value.isTextual() ? value.textValue().replace("\u0000", "") : "";
    }

    /** A web address, made whole when it is a path of Reddit's; null for anything else, such as a script. */
    private static String address(String text) {
        String whole = text.startsWith("/") && !text.startsWith("//") ? SITE + text : text;
        return whole.startsWith("https://") || whole.startsWith("http://") ? whole : null;
    }
}
