package dev.harken.monitoring.drafting;

/** Writes replies. Implementations are thread-safe, and may take long: hold no connection meanwhile. */
public interface DraftWriter {
    /**
     * Writes replies to the post.
     *
     * @throws DraftingException when there is no reply worth storing; an error's text is never a draft
     * @throws InterruptedException when the thread was interrupted while it waited for the writer
     */
    Drafts write(DraftRequest request, Guidance guidance) throws DraftingException, InterruptedException;

    Price price();

    /** Whether it is known what a draft costs. */
    enum Price {
        FREE,
        KNOWN,
        UNKNOWN
    }
}
