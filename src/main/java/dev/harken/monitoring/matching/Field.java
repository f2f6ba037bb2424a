package dev.harken.monitoring.matching;

import java.util.Optional;

/** A part of a post that a query can look at by itself. */
enum Field {
    TITLE,
    TEXT,
    AUTHOR,
    FLAIR,
    SUBREDDIT;

    /** Whether it is a name, which is asked for as a whole. */
    boolean isName() {
        return this == AUTHOR || this == SUBREDDIT;
    }

    /** What an index calls the field with its words in their forms, or as they are. */
    String indexed(Stemming stemming) {
        return stemming == Stemming.NONE ? name() : name() + "~" + stemming.name();
    }

    static Optional<Field> named(String word) {
        for (Field field : values()) {
            if (field.name().equalsIgnoreCase(word)) {
                return Optional.of(field);
            }
        }
        return Optional.empty();
    }
}
