package dev.harken.monitoring.matching;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Optional;
import org.tartarus.snowball.SnowballStemmer;
import org.tartarus.snowball.ext.DutchStemmer;
import org.tartarus.snowball.ext.EnglishStemmer;
import org.tartarus.snowball.ext.FrenchStemmer;
import org.tartarus.snowball.ext.German2Stemmer;
import org.tartarus.snowball.ext.ItalianStemmer;
import org.tartarus.snowball.ext.PortugueseStemmer;
import org.tartarus.snowball.ext.SpanishStemmer;

/**
 * Whether plain keywords also find other forms of their words, by the rules of a language: {@code running shoes} finds
 * "run shoe". The rules are Snowball's.
 */
public enum Stemming {
    NONE,
    ENGLISH,
    GERMAN,
    FRENCH,
    SPANISH,
    ITALIAN,
    PORTUGUESE,
    DUTCH;

    /** As JSON has it: {@code english}. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Stemming> named(String label) {
        for (Stemming stemming : values()) {
            if (stemming.label().equals(label)) {
                return Optional.of(stemming);
            }
        }
        return Optional.empty();
    }

    /** One for a single thread. */
    Stemmer stemmer() {
        return switch (this) {
            case NONE -> word -> word;
            case ENGLISH -> by(new EnglishStemmer());
            case GERMAN -> by(new German2Stemmer());
            case FRENCH -> by(new FrenchStemmer());
            case SPANISH -> by(new SpanishStemmer());
            case ITALIAN -> by(new ItalianStemmer());
            case PORTUGUESE -> by(new PortugueseStemmer());
            case DUTCH -> by(new DutchStemmer());
        };
    }

    private static Stemmer by(SnowballStemmer rules) {
        return word -> {
            rules.setCurrent(word);
            rules.stem();
            return rules.getCurrent();
        };
    }

    /** Takes a folded word to what its forms have in common. */
    interface Stemmer {
        String stem(String word);
    }
}
