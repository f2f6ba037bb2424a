package dev.harken.monitoring.matching;

import dev.harken.monitoring.reddit.Post;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Passes over posts that have a config's keywords. Immutable and thread-safe.
 *
 * @param minScore the least score, as it is when the post is read: that of a new post is 1
 * @param blockedAuthors names without {@code u/}, in lower case
 * @param languages of {@link Languages#CODES}; empty for all
 * @param foldsDuplicates whether of posts that say the same all but the first are passed over; which they are is known
 *     only beside the posts that are there
 */
public record MatchFilter(
        int minScore, boolean allowNsfw, Set<String> blockedAuthors, Set<String> languages, boolean foldsDuplicates) {
    public MatchFilter {
        blockedAuthors = Set.copyOf(blockedAuthors);
        languages = Set.copyOf(languages);
    }

    /**
     * A filter.
     *
     * @param blockedAuthors names without {@code u/}, in any case
     */
    public static MatchFilter of(
            int minScore,
            boolean allowNsfw,
            Collection<String> blockedAuthors,
            Collection<String> languages,
            boolean foldsDuplicates) {
        return new MatchFilter(
                minScore,
                allowNsfw,
                blockedAuthors.stream()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .collect(Collectors.toSet()),
                Set.copyOf(languages),
                foldsDuplicates);
    }

    /** Why a post is passed over; empty when it is not. */
    public Optional<Reason> refusal(Post post) {
        if (post.author() != null && blockedAuthors.contains(post.author().toLowerCase(Locale.ROOT))) {
            return Optional.of(Reason.BLOCKED_AUTHOR);
        }
        if (post.nsfw() && !allowNsfw) {
            return Optional.of(Reason.NSFW);
        }
        if (post.score() < minScore) {
            return Optional.of(Reason.LOW_SCORE);
        }
        return !languages.isEmpty() && Languages.isForeign(post.words(), languages)
                ? Optional.of(Reason.LANGUAGE)
                : Optional.empty();
    }

    /** Why a post is passed over. */
    public enum Reason {
        BLOCKED_AUTHOR("by a blocked author"),
        NSFW("marked NSFW"),
        LOW_SCORE("below the minimum score"),
        LANGUAGE("in another language"),
        DUPLICATE("duplicate");

        private final String words;

        Reason(String words) {
            this.words = words;
        }

        /** Continues a count: "3 marked NSFW". */
        public String words() {
            return words;
        }
    }
}
