package dev.harken.posts;

import dev.harken.database.Utf8Text;
import jakarta.annotation.Nullable;
import java.time.Instant;

/**
 * A post that says the same as a matched one, and is folded into it.
 *
 * @param permalink the address of its thread; null when unknown
 */
record AlsoIn(Utf8Text subreddit, Utf8Text redditPostId, @Nullable Utf8Text permalink, Instant postedAt) {}
