package dev.harken.monitoring.matching;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;

/**
 * Words in sequence, in any of their forms, with nothing but a blank between them. Immutable and thread-safe.
 *
 * @param stems one at least
 */
record StemPattern(Stemming stemming, List<String> stems) implements Wording {
    /**
     * Words in their forms.
     *
     * @param folded words with blanks between them
     */
    static StemPattern of(Stemming stemming, String folded) {
        return new StemPattern(
                stemming,
                SearchText.of(folded).stems(stemming).stream()
                        .map(SearchText.Stem::stem)
                        .toList());
    }

    /** Whether there is nothing in it but words, which is what stems are taken of. */
    static boolean suits(String folded) {
        return folded.codePoints().allMatch(c -> c == ' ' || SearchText.isWord(c));
    }

    @Override
    public List<Span> spansIn(SearchText text) {
        List<SearchText.Stem> words = text.stems(stemming);
        List<Span> spans = new ArrayList<>();
        for (int first = 0; first + stems.size() <= words.size(); first++) {
            if (isAt(text, words, first)) {
                spans.add(new Span(
                        words.get(first).span().start(),
                        words.get(first + stems.size() - 1).span().end()));
            }
        }
        return spans;
    }

    private boolean isAt(SearchText text, List<SearchText.Stem> words, int first) {
        for (int i = 0; i < stems.size(); i++) {
            if (!words.get(first + i).stem().equals(stems.get(i))) {
                return false;
            }
            if (i > 0
                    && !isBlank(
                            text,
                            words.get(first + i - 1)
                                    .span()
                                    .gapTo(words.get(first + i).span()))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBlank(SearchText text, Span gap) {
        return text.folded().substring(gap.start(), gap.end()).equals(" ");
    }

    @Override
    public boolean isAllOf(SearchText text) {
        return spansIn(text).stream()
                .anyMatch(
                        span -> span.start() == 0 && span.end() == text.folded().length());
    }

    /** A form of a word need not have its stem's letters. */
    @Override
    public String necessaryLetters() {
        return "";
    }

    @Override
    public Optional<Query> necessary(Field field) {
        return Optional.of(new PhraseQuery(field.indexed(stemming), stems.toArray(String[]::new)));
    }
}
