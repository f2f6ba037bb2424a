package dev.harken.bench;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What can be asked for by {@code --only}. In the order in which they run: the last one leaves dead rows behind. */
public enum Group {
    LIST("100 posts with their responses"),
    POOL("the pool while 20 callers read the list"),
    DEPTH("a page of all posts at its start and far down"),
    ANALYTICS("a month's dashboard, from the materialized views and from the rows"),
    GROWTH("the list over a tenth of the rows and over all"),
    INDEXES("the query that each managed index serves"),
    INGESTION("storing, with and without the nine indexes");

    private final String title;

    Group(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** All words, by commas. */
    public static String words() {
        return Arrays.stream(values()).map(Group::word).collect(Collectors.joining(","));
    }

    /**
     * Reads a list of words.
     *
     * @param words by commas; empty means all
     * @throws IllegalArgumentException if one of them is no group
     */
    public static Set<Group> parse(String words) {
        if (words.isBlank()) {
            return EnumSet.allOf(Group.class);
        }
        return Arrays.stream(words.split(",", -1))
                .map(word -> one(word.strip()))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Group.class)));
    }

    private static Group one(String word) {
        return Arrays.stream(values())
                .filter(group -> group.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "--only: there is no measurement \"" + word + "\"; choose among " + words()));
    }
}
