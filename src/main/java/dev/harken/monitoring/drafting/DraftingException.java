package dev.harken.monitoring.drafting;

/** No draft could be written. The message continues a sentence that names the post, and says what to do. */
public final class DraftingException extends Exception {
    private static final long serialVersionUID = 1L;

    public DraftingException(String message) {
        super(message);
    }

    public DraftingException(String message, Throwable cause) {
        super(message, cause);
    }
}
