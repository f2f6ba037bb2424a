package dev.harken.monitoring.reddit;

import java.util.Collection;

/** Where posts come from. Implementations are thread-safe. */
public interface PostSource {
    /** What it is called in logs and answers: {@code reddit} or {@code sample}. */
    String name();

    /**
     * The newest posts of the given subreddits, each post once, in no order that may be relied on.
     *
     * @param subreddits names without {@code r/}, in any case
     * @return the posts, and which subreddits could not be read
     * @throws SourceException when the source itself could not be read, or may not be read now
     * @throws InterruptedException when the thread was interrupted while it waited for the source
     */
    Listing newest(Collection<String> subreddits) throws SourceException, InterruptedException;
}
