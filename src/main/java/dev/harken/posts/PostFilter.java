package dev.harken.posts;

import dev.harken.http.PageParams;
import dev.harken.http.PageRequest;
import dev.harken.http.ProblemException;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.stream.Stream;

/** Which posts are wanted, as {@code GET /api/posts} takes it. */
public class PostFilter extends PageParams {
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    /** One client; for administrators, who otherwise see everybody's. */
    @QueryParam("client_id")
    @Positive
    Long clientId;

    /** The config whose scan matched them. */
    @QueryParam("config_id")
    @Positive
    Long configId;

    /** Whether a draft was written. */
    @QueryParam("has_draft")
    @Pattern(regexp = "true|false", message = "must be true or false")
    String hasDraft;

    /** The subreddit, in any case. */
    @QueryParam("subreddit")
    @Size(min = 1, max = 255)
    String subreddit;

    /** One of the keywords that matched. */
    @QueryParam("keyword")
    @Size(min = 1, max = 200)
    String keyword;

    /** Whether somebody marked it reviewed. */
    @QueryParam("reviewed")
    @Pattern(regexp = "true|false", message = "must be true or false")
    String reviewed;

    /** Whether somebody flagged it. */
    @QueryParam("flagged")
    @Pattern(regexp = "true|false", message = "must be true or false")
    String flagged;

    /** Whether they wait for review for longer than the client wants. */
    @QueryParam("overdue")
    @Pattern(regexp = "true|false", message = "must be true or false")
    String overdue;

    /** False for what the language model turned away. */
    @QueryParam("relevant")
    @Pattern(regexp = "true|false", message = "must be true or false")
    String relevant;

    /** The least score on Reddit. */
    @QueryParam("min_score")
    @Min(Integer.MIN_VALUE)
    @Max(Integer.MAX_VALUE)
    Integer minScore;

    /** The earliest time of matching, included. */
    @QueryParam("since")
    @Size(max = 40)
    String since;

    /** The latest time of matching, excluded. */
    @QueryParam("until")
    @Size(max = 40)
    String until;

    /** Words to be found in title or text, in the syntax of a search engine. */
    @QueryParam("q")
    @Size(min = 1, max = 200)
    String q;

    /** By the time of matching. */
    @QueryParam("order")
    @DefaultValue("newest")
    @Pattern(regexp = "newest|oldest", message = "must be newest or oldest")
    String order;

    PageRequest page() {
        return toRequest("oldest".equals(order));
    }

    /**
     * Whether more is asked than whose posts: how many fit then differs much from value to value, and from client to
     * client, so that a plan that suits one may not suit the next.
     */
    boolean isSelective() {
        return Stream.of(
                        configId(),
                        hasDraft(),
                        subreddit(),
                        keyword(),
                        reviewed(),
                        flagged(),
                        overdue(),
                        relevant(),
                        minScore(),
                        since(),
                        until(),
                        q())
                .anyMatch(Optional::isPresent);
    }

    /** Whether some index holds the posts that are asked for, apart from all others, in the order of time. */
    boolean isIndexedByTime() {
        return Stream.of(clientId(), configId(), subreddit(), relevant()).anyMatch(Optional::isPresent);
    }

    Optional<Long> clientId() {
        return Optional.ofNullable(clientId);
    }

    /** The config whose scan matched the posts. */
    Optional<Long> configId() {
        return Optional.ofNullable(configId);
    }

    Optional<Boolean> hasDraft() {
        return Optional.ofNullable(hasDraft).map(Boolean::valueOf);
    }

    Optional<String> subreddit() {
        return Optional.ofNullable(subreddit);
    }

    Optional<String> keyword() {
        return Optional.ofNullable(keyword);
    }

    Optional<Boolean> reviewed() {
        return Optional.ofNullable(reviewed).map(Boolean::valueOf);
    }

    Optional<Boolean> flagged() {
        return Optional.ofNullable(flagged).map(Boolean::valueOf);
    }

    /** Whether they wait for review for longer than the client wants. */
    Optional<Boolean> overdue() {
        return Optional.ofNullable(overdue).map(Boolean::valueOf);
    }

    /** False for what the language model turned away. */
    Optional<Boolean> relevant() {
        return Optional.ofNullable(relevant).map(Boolean::valueOf);
    }

    Optional<Integer> minScore() {
        return Optional.ofNullable(minScore);
    }

    /** The earliest time of matching, included. */
    protected Optional<Instant> since() {
        return time("since", since);
    }

    /** The latest time of matching, excluded. */
    Optional<Instant> until() {
        return time("until", until);
    }

    /** Words to be found in title or text, in the syntax of a search engine. */
    Optional<String> q() {
        return Optional.ofNullable(q);
    }

    private static Optional<Instant> time(String name, String text) {
        if (text == null) {
            return Optional.empty();
        }
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            if (time.isAfter(EARLIEST) && time.isBefore(LATEST)) {
                return Optional.of(time);
            }
        } catch (DateTimeParseException e) {
            // Answered below, like a time that PostgreSQL cannot hold.
        }
        throw ProblemException.badParameter(name, "must be a time such as 2026-01-31T12:00:00Z");
    }
}
