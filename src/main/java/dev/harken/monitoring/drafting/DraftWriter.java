package dev.harken.monitoring.drafting;

/** Writes replies. Implementations are thread-safe, and may take long: hold no connection meanwhile. */
public interface DraftWriter {
    /**
     * Writes a reply to the post.
     *
     * @throws DraftingException when there is no reply worth storing; an error's text is never a draft
     */
    Draft write(DraftRequest request, ReplyTemplate template) throws DraftingException;
}
