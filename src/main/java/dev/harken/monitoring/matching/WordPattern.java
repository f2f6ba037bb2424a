package dev.harken.monitoring.matching;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;

/**
 * Words in sequence, as a query writes them: whole ones, and ones that go on where a star stands. Immutable and
 * thread-safe.
 *
 * @param words folded, without the stars at the ends
 * @param openBefore whether letters may run on before them
 * @param openAfter whether letters may run on after them
 * @param inside an expression for words with a star among them, over the folded text
 */
record WordPattern(String words, boolean openBefore, boolean openAfter, Optional<Pattern> inside) implements Wording {
    private static final String REST_OF_WORD = "[\\pL\\pN\\pM_]*";

    /**
     * Words with stars.
     *
     * @param written folded, not blank, and with something beside stars
     */
    static WordPattern starred(String written) {
        boolean openBefore = written.startsWith("*");
        boolean openAfter = written.endsWith("*");
        String words = written.replaceAll("^\\*+|\\*+$", "");
        if (words.indexOf('*') < 0) {
            return new WordPattern(words, openBefore, openAfter, Optional.empty());
        }
        StringBuilder expression = new StringBuilder();
        for (String part : words.split("\\*+", -1)) {
            expression.append(expression.isEmpty() ? "" : REST_OF_WORD).append(Pattern.quote(part));
        }
        return new WordPattern(words, openBefore, openAfter, Optional.of(Pattern.compile(expression.toString())));
    }

    /**
     * Words in which a star is a star.
     *
     * @param words folded, not blank
     */
    static WordPattern literal(String words) {
        return new WordPattern(words, false, false, Optional.empty());
    }

    @Override
    public boolean isIn(SearchText text) {
        return next(text, 0).isPresent();
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
        Optional<Span> span = next(text, 0);
        while (span.isPresent()) {
            Span whole = whole(text, span.get());
            spans.add(whole);
            // What else of a word's part stands in the same word, would be that word again.
            span = next(text, isPartOfWord() ? whole.end() : span.get().start() + 1);
        }
        return spans;
    }

    @Override
    public String necessaryLetters() {
        return inside.isEmpty()
                ? words
                : Arrays.stream(words.split("\\*+"))
                        .max(Comparator.comparingInt(String::length))
                        .orElse("");
    }

    @Override
    public Optional<Query> necessary(Field field) {
        String starred = (openBefore ? "*" : "") + words + (openAfter ? "*" : "");
        boolean stars = openBefore || openAfter || inside.isPresent();
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

    private boolean isPartOfWord() {
        return openBefore && openAfter && words.codePoints().allMatch(SearchText::isWord);
    }

    private Span whole(SearchText text, Span span) {
        int start = span.start();
        while (openBefore && start > 0 && SearchText.isWord(text.folded().codePointBefore(start))) {
            start = text.folded().offsetByCodePoints(start, -1);
        }
        int end = span.end();
        while (openAfter
                && end < text.folded().length()
                && SearchText.isWord(text.folded().codePointAt(end))) {
            end = text.folded().offsetByCodePoints(end, 1);
        }
        return new Span(start, end);
    }

    private Optional<Span> next(SearchText text, int from) {
        return inside.isPresent() ? nextByExpression(text, from) : nextPlain(text, from);
    }

    private Optional<Span> nextPlain(SearchText text, int from) {
        for (int at = text.folded().indexOf(words, from);
                at >= 0;
                at = text.folded().indexOf(words, at + 1)) {
            Span span = new Span(at, at + words.length());
            if (standsAlone(text, span)) {
                return Optional.of(span);
            }
        }
        return Optional.empty();
    }

    private Optional<Span> nextByExpression(SearchText text, int from) {
        Matcher matcher = inside.get().matcher(text.folded());
        int at = from;
        while (at <= text.folded().length() && matcher.find(at)) {
            Span span = new Span(matcher.start(), matcher.end());
            if (standsAlone(text, span)) {
                return Optional.of(span);
            }
            at = matcher.start() + 1;
        }
        return Optional.empty();
    }

    /** Whether no letter, digit or underscore runs on where the words end in one and no star stands. */
    private boolean standsAlone(SearchText text, Span span) {
        String folded = text.folded();
        boolean runsOnBefore = !openBefore
                && span.start() > 0
                && SearchText.isWord(words.codePointAt(0))
                && SearchText.isWord(folded.codePointBefore(span.start()));
        boolean runsOnAfter = !openAfter
                && span.end() < folded.length()
                && SearchText.isWord(words.codePointBefore(words.length()))
                && SearchText.isWord(folded.codePointAt(span.end()));
        return !runsOnBefore && !runsOnAfter;
    }
}
