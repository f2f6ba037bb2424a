package dev.harken.monitoring.matching;

import java.text.Normalizer;

/**
 * A text as it was written and as plain keywords see it: composed (NFC), without case, with straight apostrophes, and
 * with one blank for any run of white space.
 */
record SearchText(String written, String folded) {
    private static final int ZERO_WIDTH_SPACE = 0x200B;
    private static final int BYTE_ORDER_MARK = 0xFEFF;

    static SearchText of(String written) {
        return new SearchText(written, fold(written));
    }

    static String fold(String written) {
        String composed = Normalizer.normalize(written, Normalizer.Form.NFC);
        StringBuilder folded = new StringBuilder(composed.length());
        boolean afterSpace = false;
        for (int i = 0; i < composed.length(); ) {
            int c = composed.codePointAt(i);
            i += Character.charCount(c);
            if (isSpace(c)) {
                afterSpace = true;
                continue;
            }
            if (afterSpace) {
                folded.append(' ');
                afterSpace = false;
            }
            // Telephones write the curved apostrophe, keyboards the straight one.
            folded.appendCodePoint(c == '\u2019' ? '\'' : Character.toLowerCase(Character.toUpperCase(c)));
        }
        return folded.toString();
    }

    /** Reddit's editor leaves zero-width spaces behind, which separate words as the visible ones do. */
    private static boolean isSpace(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == ZERO_WIDTH_SPACE || c == BYTE_ORDER_MARK;
    }

    /** How many words begin between the ends of a part: runs of letters, digits and underscores. */
    int wordsBetween(Span part) {
        int words = 0;
        boolean inWord = false;
        for (int i = part.start(); i < part.end(); ) {
            int c = folded.codePointAt(i);
            boolean isWord = isWord(c);
            words += isWord && !inWord ? 1 : 0;
            inWord = isWord;
            i += Character.charCount(c);
        }
        return words;
    }

    /** A letter, digit or underscore of any script; a combining mark belongs to the letter before it. */
    static boolean isWord(int c) {
        if (Character.isLetterOrDigit(c) || c == '_') {
            return true;
        }
        int type = Character.getType(c);
        return (type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK)
                && !isVariationSelector(c);
    }

    /** These choose the look of an emoji and are no part of a word. */
    private static boolean isVariationSelector(int c) {
        return c >= 0xFE00 && c <= 0xFE0F;
    }
}
