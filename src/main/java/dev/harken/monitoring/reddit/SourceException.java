package dev.harken.monitoring.reddit;

import java.time.Duration;
import java.util.Optional;

/** A source could not be read. The message says what happened and what to do, and holds no secret. */
public final class SourceException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    private final Duration retryAfter;

    SourceException(Kind kind, String message) {
        this(kind, message, null);
    }

    /** @param retryAfter how long the source asked to be left alone; null when it did not say */
    SourceException(Kind kind, String message, Duration retryAfter) {
        super(message);
        this.kind = kind;
        this.retryAfter = retryAfter;
    }

    public Kind kind() {
        return kind;
    }

    /** How long to leave the source alone, when it said so. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** What a caller can do about it. */
    public enum Kind {
        /** The rate budget is spent: come back later. */
        THROTTLED,
        /** The credentials are wrong or were withdrawn: an operator must act. */
        UNAUTHORIZED,
        /** The source refuses this client or subreddit. */
        BLOCKED,
        /** There is no such subreddit. */
        MISSING,
        /** The source is down, too slow or unreachable: the next scan may find it up. */
        UNAVAILABLE,
        /** The source answered what can't be read. */
        MALFORMED
    }
}
