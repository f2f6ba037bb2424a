package dev.harken.monitoring.feed;

import dev.harken.monitoring.reddit.Post;
import java.time.Instant;

/**
 * What a reading made of one subreddit.
 *
 * @param name in lower case
 * @param detail why it is not fresh; continues a sentence that starts with the name, and is empty when it is
 * @param readAt when it was read; null when it was not reached, so that it is still due
 * @param coveredUntil up to when its posts are known; null when that has not changed
 * @param failed whether it is left alone for a while that grows with each failure
 * @param isEmpty whether no post at all was shown of it
 * @param pauseSeconds how long it is left alone at least when it failed; 0 when nobody asked for that
 * @param lastPostId the newest post that was shown of it; null when none was
 * @param lastPostAt when that was made; null when none was shown
 */
record Outcome(
        String name,
        Coverage state,
        String detail,
        Instant readAt,
        Instant coveredUntil,
        boolean failed,
        boolean isEmpty,
        double pauseSeconds,
        String lastPostId,
        Instant lastPostAt) {
    Outcome(
            String name,
            Coverage state,
            String detail,
            Instant readAt,
            Instant coveredUntil,
            boolean failed,
            double pauseSeconds) {
        this(name, state, detail, readAt, coveredUntil, failed, false, pauseSeconds, null, null);
    }

    /** As this, with the newest post that was shown. */
    Outcome showing(Post newest) {
        return new Outcome(
                name,
                state,
                detail,
                readAt,
                coveredUntil,
                failed,
                false,
                pauseSeconds,
                newest.id(),
                newest.createdAt());
    }

    /** As this, of what showed no post at all. */
    Outcome empty() {
        return new Outcome(name, state, detail, readAt, coveredUntil, failed, true, pauseSeconds, null, null);
    }
}
