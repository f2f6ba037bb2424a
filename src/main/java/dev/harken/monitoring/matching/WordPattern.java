package dev.harken.monitoring.matching;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;

/**
 * Words in sequence, as a query writes them: whole ones, and ones that go on where a star stands. Immutable and
 * thread-safe. Time to search grows with the length of the text times that of the words.
 *
 * @param parts what stands between stars, folded; one at least, none empty
 * @param openBefore whether letters may run on before them
 * @param openAfter whether letters may run on after them
 */
record WordPattern(List<String> parts, boolean openBefore, boolean openAfter) implements Wording {
    /**
     * Words with stars.
     *
     * @param written folded, not blank, and with something beside stars
     */
    static WordPattern starred(String written) {
        String words = written.replaceAll("^\\*+|\\*+$", "");
        return new WordPattern(List.of(words.split("\\*+")), written.startsWith("*"), written.endsWith("*"));
    }

    /**
     * Words in which a star is a star.
     *
     * @param words folded, not blank
     */
    static WordPattern literal(String words) {
        return new WordPattern(List.of(words), false, false);
    }

    @Override
    public boolean isIn(SearchText text) {
        return next(text, ends(text.folded()), 0).isPresent();
    }

    /** Whether nothing stands around them, unless a star lets it. */
    @Override
    public boolean isAllOf(SearchText text) {
        return spansIn(text).stream()
                .anyMatch(span -> (openBefore || span.start() == 0)
                        && (openAfter || span.end() == text.folded().length()));
    }

    /** Every place where the text has them, with what a star stands for. */
    @Override
    public List<Span> spansIn(SearchText text) {
        List<Span> spans = new ArrayList<>();
        IntUnaryOperator ends = ends(text.folded());
        Span before = new Span(-1, -1);
        Span wholeBefore = before;
        Optional<Span> found = next(text, ends, 0);
        while (found.isPresent()) {
            Span whole = whole(text, found.get(), before, wholeBefore);
            if (!whole.equals(wholeBefore)) {
                spans.add(whole);
            }
            before = found.get();
            wholeBefore = whole;
            found = next(text, ends, before.start() + 1);
        }
        return spans;
    }

    @Override
    public String necessaryLetters() {
        return parts.stream().max(Comparator.comparingInt(String::length)).orElse("");
    }

    @Override
    public Optional<Query> necessary(Field field) {
        String starred = (openBefore ? "*" : "") + String.join("*", parts) + (openAfter ? "*" : "");
        boolean stars = openBefore || openAfter || parts.size() > 1;
        List<String> tokens = tokens(starred, stars);
        List<String> whole = tokens.stream()
                .filter(token -> !stars || token.indexOf('*') < 0)
                .toList();
        if (whole.isEmpty()) {
            return Optional.empty();
        }
        if (whole.size() == tokens.size()) {
            return Optional.of(new PhraseQuery(field.indexed(Stemming.NONE), whole.toArray(String[]::new)));
        }
        BooleanQuery.Builder all = new BooleanQuery.Builder();
        whole.stream()
                .distinct()
                .forEach(token -> all.add(
                        new TermQuery(new Term(field.indexed(Stemming.NONE), token)), BooleanClause.Occur.FILTER));
        return Optional.of(all.build());
    }

    /** The words as an index takes a text apart; where stars mean something, with the stars that belong to them. */
    private static List<String> tokens(String words, boolean stars) {
        List<String> tokens = new ArrayList<>();
        StringBuilder token = new StringBuilder();
        words.codePoints().forEach(c -> {
            if (SearchText.isWord(c) || (stars && c == '*')) {
                token.appendCodePoint(c);
            } else if (!token.isEmpty()) {
                tokens.add(token.toString());
                token.setLength(0);
            }
        });
        if (!token.isEmpty()) {
            tokens.add(token.toString());
        }
        return tokens;
    }

    /**
     * What is found, with the letters that run on where a star lets them. These are not walked through again when they are
     * those of what was found before it: a stranger's word may have a thousand places.
     */
    private Span whole(SearchText text, Span found, Span before, Span wholeBefore) {
        String folded = text.folded();
        int start = found.start();
        while (openBefore && start > 0 && SearchText.isWord(folded.codePointBefore(start))) {
            start = folded.offsetByCodePoints(start, -1);
            if (start <= before.start()) {
                start = wholeBefore.start();
                break;
            }
        }
        int end = Math.max(found.end(), wholeBefore.end());
        while (openAfter && end < folded.length() && SearchText.isWord(folded.codePointAt(end))) {
            end = folded.offsetByCodePoints(end, 1);
        }
        return new Span(start, end);
    }

    /** The first place from there on, without what stars at the ends stand for. */
    private Optional<Span> next(SearchText text, IntUnaryOperator ends, int from) {
        String first = parts.get(0);
        for (int at = text.folded().indexOf(first, from);
                at >= 0;
                at = text.folded().indexOf(first, at + 1)) {
            int end = ends.applyAsInt(at + first.length());
            if (end >= 0 && standsAlone(text, at, end)) {
                return Optional.of(new Span(at, end));
            }
        }
        return Optional.empty();
    }

    /** By where the first part ends, where the last one does; -1 when the others do not follow. */
    private IntUnaryOperator ends(String folded) {
        if (parts.size() == 1) {
            return IntUnaryOperator.identity();
        }
        if (!parts.stream().allMatch(folded::contains)) {
            return end -> -1;
        }
        int[] runEnds = runEnds(folded);
        int[] ends = IntStream.rangeClosed(0, folded.length()).toArray();
        for (int i = parts.size() - 1; i > 0; i--) {
            ends = endsFromStar(folded, runEnds, parts.get(i), ends);
        }
        int[] all = ends;
        return end -> all[end];
    }

    /**
     * Where all ends, by where a star begins before a part. The star goes on as far as it can, which leaves the least that
     * may run on behind.
     *
     * @param ends where all ends, by where the part does
     */
    private static int[] endsFromStar(String folded, int[] runEnds, String part, int[] ends) {
        int[] lastBegin = new int[folded.length() + 1];
        Arrays.fill(lastBegin, -1);
        for (int at = folded.indexOf(part); at >= 0; at = folded.indexOf(part, at + 1)) {
            lastBegin[at] = ends[at + part.length()] < 0 ? -1 : at;
        }
        for (int i = 1; i < lastBegin.length; i++) {
            lastBegin[i] = Math.max(lastBegin[i], lastBegin[i - 1]);
        }
        int[] fromStar = new int[folded.length() + 1];
        for (int i = 0; i < fromStar.length; i++) {
            int begin = lastBegin[runEnds[i]];
            fromStar[i] = begin < i ? -1 : ends[begin + part.length()];
        }
        return fromStar;
    }

    /** For each place, how far a star goes that begins there. */
    private static int[] runEnds(String folded) {
        int[] ends = new int[folded.length() + 1];
        ends[folded.length()] = folded.length();
        for (int i = folded.length() - 1; i >= 0; i--) {
            int c = folded.codePointAt(i);
            ends[i] = SearchText.isWord(c) ? ends[i + Character.charCount(c)] : i;
        }
        return ends;
    }

    /** Whether no letter, digit or underscore runs on where the words end in one and no star stands. */
    private boolean standsAlone(SearchText text, int start, int end) {
        String folded = text.folded();
        boolean runsOnBefore = !openBefore
                && start > 0
                && SearchText.isWord(folded.codePointAt(start))
                && SearchText.isWord(folded.codePointBefore(start));
        boolean runsOnAfter = !openAfter
                && end < folded.length()
                && SearchText.isWord(folded.codePointBefore(end))
                && SearchText.isWord(folded.codePointAt(end));
        return !runsOnBefore && !runsOnAfter;
    }
}
