package dev.harken.monitoring.feed;

import dev.harken.monitoring.reddit.Post;

/**
 * A post or comment that was read.
 *
 * @param position its place in the order of reading; whoever has seen it has seen all with a smaller one
 * @param post as it was when it was read first
 */
public record FeedPost(long position, Post post) {}
