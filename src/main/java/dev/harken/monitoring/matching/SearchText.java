package dev.harken.monitoring.matching;

import java.text.BreakIterator;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A text as it was written and as plain keywords see it: composed (NFC), without case, with straight apostrophes, and
 * with one blank for any run of white space. Immutable to whoever uses it, and thread-safe.
 */
final class SearchText {
    private static final int ZERO_WIDTH_SPACE = 0x200B;
    private static final int BYTE_ORDER_MARK = 0xFEFF;

    private final String written;
    private final String folded;
    private final boolean composed;
    private final Map<Stemming, List<Stem>> stems = new ConcurrentHashMap<>();
    private volatile Origins origins;
    private volatile int[] wordsBegun;

    private SearchText(String written, String folded, boolean composed) {
        this.written = written;
        this.folded = folded;
        this.composed = composed;
    }

    static SearchText of(String written) {
        String composed = compose(written);
        return new SearchText(written, foldComposed(composed), composed.equals(written));
    }

    String written() {
        return written;
    }

    String folded() {
        return folded;
    }

    /**
     * Whether the written text is what {@link #folded} was made of. Where it is not, a letter of the written text may
     * be part of another one in the folded.
     */
    boolean isComposed() {
        return composed;
    }

    /**
     * Whether the written text may have letters, in any case.
     *
     * @param letters of ASCII, in lower case
     */
    boolean mayHave(String letters) {
        return !composed || folded.contains(letters);
    }

    /** The words by their stems, in sequence. */
    List<Stem> stems(Stemming stemming) {
        return stems.computeIfAbsent(stemming, this::stemmed);
    }

    private List<Stem> stemmed(Stemming stemming) {
        Stemming.Stemmer stemmer = stemming.stemmer();
        List<Stem> found = new ArrayList<>();
        int end = 0;
        while (end < folded.length()) {
            int start = end;
            while (start < folded.length() && !isWord(folded.codePointAt(start))) {
                start += Character.charCount(folded.codePointAt(start));
            }
            end = start;
            while (end < folded.length() && isWord(folded.codePointAt(end))) {
                end += Character.charCount(folded.codePointAt(end));
            }
            if (end > start) {
                found.add(new Stem(stemmer.stem(folded.substring(start, end)), new Span(start, end)));
            }
        }
        return List.copyOf(found);
    }

    static String fold(String written) {
        return foldComposed(compose(written));
    }

    private static String compose(String written) {
        return Normalizer.normalize(written, Normalizer.Form.NFC);
    }

    private static String foldComposed(String composed) {
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

    /** Where parts of the folded text stand in the written one, in UTF-16 units as Java and JavaScript count. */
    List<Span> inWritten(List<Span> parts) {
        // Folding takes away or leaves alone, so what is as long as before is where it was.
        if (parts.isEmpty() || (composed && folded.length() == written.length())) {
            return parts;
        }
        Origins known = origins();
        return parts.stream()
                .filter(part -> part.end() > part.start())
                .filter(part -> part.end() <= known.length)
                .map(part -> new Span(known.starts[part.start()], known.ends[part.end() - 1]))
                .toList();
    }

    private Origins origins() {
        Origins known = origins;
        if (known == null) {
            known = found();
            origins = known;
        }
        return known;
    }

    private Origins found() {
        int[] starts = new int[folded.length() + 1];
        int[] ends = new int[folded.length() + 1];
        BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);
        characters.setText(written);
        int at = 0;
        boolean afterSpace = false;
        int spaceStart = 0;
        int start = characters.first();
        for (int end = characters.next(); end != BreakIterator.DONE; start = end, end = characters.next()) {
            String one = compose(written.substring(start, end));
            for (int i = 0; i < one.length(); ) {
                int c = one.codePointAt(i);
                i += Character.charCount(c);
                if (isSpace(c)) {
                    spaceStart = afterSpace ? spaceStart : start;
                    afterSpace = true;
                    continue;
                }
                if (afterSpace) {
                    at = put(starts, ends, at, spaceStart, start, 1);
                    afterSpace = false;
                }
                int folds = Character.charCount(c == '\u2019' ? '\'' : Character.toLowerCase(Character.toUpperCase(c)));
                at = put(starts, ends, at, start, end, folds);
            }
        }
        // Characters may compose across what a reader sees as two: then the places are not known.
        return new Origins(starts, ends, at == folded.length() ? at : 0);
    }

    private static int put(int[] starts, int[] ends, int at, int start, int end, int many) {
        int to = at + many;
        if (to < starts.length) {
            Arrays.fill(starts, at, to, start);
            Arrays.fill(ends, at, to, end);
        }
        return to;
    }

    /** Reddit's editor leaves zero-width spaces behind, which separate words as the visible ones do. */
    private static boolean isSpace(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == ZERO_WIDTH_SPACE || c == BYTE_ORDER_MARK;
    }

    /** How many words there are between the ends of a part: runs of letters, digits and underscores. */
    int wordsBetween(Span part) {
        if (part.start() >= part.end()) {
            return 0;
        }
        int[] begun = wordsBegun();
        boolean goesOn = part.start() > 0
                && isWord(folded.codePointBefore(part.start()))
                && isWord(folded.codePointAt(part.start()));
        return begun[part.end()] - begun[part.start()] + (goesOn ? 1 : 0);
    }

    /** For each place, how many words begin before it. */
    private int[] wordsBegun() {
        int[] known = wordsBegun;
        if (known == null) {
            known = new int[folded.length() + 1];
            boolean inWord = false;
            int words = 0;
            for (int i = 0; i < folded.length(); ) {
                int c = folded.codePointAt(i);
                boolean isWord = isWord(c);
                words += isWord && !inWord ? 1 : 0;
                inWord = isWord;
                int end = i + Character.charCount(c);
                Arrays.fill(known, i + 1, end + 1, words);
                i = end;
            }
            wordsBegun = known;
        }
        return known;
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

    /** For each unit of the folded text, so many from the first, where what it was made of starts and ends. */
    private static final class Origins {
        private final int[] starts;
        private final int[] ends;
        private final int length;

        private Origins(int[] starts, int[] ends, int length) {
            this.starts = starts;
            this.ends = ends;
            this.length = length;
        }
    }

    /** A word's stem and where the word stands in the folded text. */
    record Stem(String stem, Span span) {}
}
