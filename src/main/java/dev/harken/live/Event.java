package dev.harken.live;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * Something that happened to a post or a response of a client. Never what a user wrote, nor who it was.
 *
 * @param action what, such as {@code post.matched}
 * @param subject {@code post} or {@code response}
 * @param postId the post, or the response's; empty when the response is gone
 * @param at when it was written, which is before the commit
 */
record Event(
        EventPosition position,
        long clientId,
        String action,
        String subject,
        long subjectId,
        OptionalLong postId,
        Instant at) {}
