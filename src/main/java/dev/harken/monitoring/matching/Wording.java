package dev.harken.monitoring.matching;

import java.util.List;
import java.util.Optional;
import org.apache.lucene.search.Query;

/** Words in sequence that a text may have. Immutable and thread-safe. */
sealed interface Wording permits WordPattern, StemPattern {
    /** Every place of the folded text that has them. */
    List<Span> spansIn(SearchText text);

    /** Whether nothing else stands in the text. */
    boolean isAllOf(SearchText text);

    default boolean isIn(SearchText text) {
        return !spansIn(text).isEmpty();
    }

    /** Letters that every folded text has which has these words; empty when none are known. */
    String necessaryLetters();

    /** What an index of the field has to find where these words are; empty when it cannot tell. */
    Optional<Query> necessary(Field field);
}
