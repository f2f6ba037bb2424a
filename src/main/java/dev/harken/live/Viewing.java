package dev.harken.live;

/**
 * A post that somebody has open, or has no more.
 *
 * @param userId who; told to no page, but a user's own pages are not told of each other
 * @param page the page's own name, so that one page is counted once
 * @param open false when it was closed
 * @param asks whether pages that have the same post open are to tell of themselves
 */
public record Viewing(long clientId, long postId, long userId, String page, boolean open, boolean asks) {}
