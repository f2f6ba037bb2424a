package dev.harken.monitoring.matching;

import java.util.OptionalInt;

/**
 * A keyword that cannot be listened for. The message continues a sentence that names the keyword: "is empty", "has no
 * closing quote…".
 */
public final class KeywordException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int index;
    private final int position;

    KeywordException(int index, String message) {
        this(index, message, 0);
    }

    /** @param position the character that is in the way, from 1; 0 for none */
    KeywordException(int index, String message, int position) {
        super(message);
        this.index = index;
        this.position = position;
    }

    /** Its place in the list, from 0. */
    public int index() {
        return index;
    }

    /** The place in the keyword of the character that is in the way, from 1; empty when it is not one character. */
    public OptionalInt position() {
        return position > 0 ? OptionalInt.of(position) : OptionalInt.empty();
    }
}
