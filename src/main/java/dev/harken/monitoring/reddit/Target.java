package dev.harken.monitoring.reddit;

import java.time.Instant;

/**
 * A subreddit that is to be read.
 *
 * @param since back to when
 */
record Target(String name, Instant since) {
    /** With the earlier of two times. */
    Target earlier(Target other) {
        return since.isBefore(other.since) ? this : new Target(name, other.since);
    }
}
