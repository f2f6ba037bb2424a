package dev.harken.responses;

/** Ends a change to a text that somebody else changed meanwhile. Nothing was stored. */
public final class EditConflictException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ResponseView current;
    private final transient String wanted;

    EditConflictException(ResponseView current, String wanted) {
        super("the text was changed meanwhile", null, false, false);
        this.current = current;
        this.wanted = wanted;
    }

    /** The response as it is. */
    public ResponseView current() {
        return current;
    }

    /** The text that was not stored; empty when the change was none of the text. */
    public String wanted() {
        return wanted;
    }
}
