package dev.harken.monitoring.drafting;

/** No draft could be written. The message continues a sentence that names the post, and says what to do. */
public final class DraftingException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final ModelUsage usage;

    public DraftingException(String message) {
        this(Kind.FAILED, message, ModelUsage.NONE);
    }

    public DraftingException(String message, Throwable cause) {
        this(message);
        initCause(cause);
    }

    /** @param usage what the attempt came to, all the same */
    public DraftingException(Kind kind, String message, ModelUsage usage) {
        super(message);
        this.kind = kind;
        this.usage = usage;
    }

    public Kind kind() {
        return kind;
    }

    public ModelUsage usage() {
        return usage;
    }

    /** The same, when other answers had been got before. */
    DraftingException after(ModelUsage earlier) {
        DraftingException same = new DraftingException(kind, getMessage(), earlier.plus(usage));
        same.initCause(this);
        return same;
    }

    /** What follows from it for the next attempt. */
    public enum Kind {
        /** It may pass: the next scan tries again. */
        FAILED,
        /** The model answered what cannot be used for this post, and may do so again. */
        UNUSABLE,
        /** It would be the same for every other post now. */
        STOPPED
    }
}
