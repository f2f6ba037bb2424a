package dev.harken.dashboard.text;

import java.util.Locale;

/**
 * A piece of a text.
 *
 * @param kind how it is shown
 */
public record Piece(String text, Kind kind) {
    /** How a piece is shown. */
    public enum Kind {
        PLAIN,
        MARKED,
        ADDED,
        REMOVED
    }

    static Piece plain(String text) {
        return new Piece(text, Kind.PLAIN);
    }

    static Piece marked(String text) {
        return new Piece(text, Kind.MARKED);
    }

    /** The kind as templates compare it. */
    public String look() {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
