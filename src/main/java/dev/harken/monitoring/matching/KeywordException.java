package dev.harken.monitoring.matching;

/**
 * A keyword that cannot be listened for. The message continues a sentence that names the keyword: "is empty", "has no
 * closing quote…".
 */
public final class KeywordException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int index;

    KeywordException(int index, String message) {
        super(message);
        this.index = index;
    }

    /** Its place in the list, from 0. */
    public int index() {
        return index;
    }
}
