package dev.harken.monitoring.reddit;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * What became of posts that were there once; of those in none of the sets nothing changed.
 *
 * @param gone deleted by their author or removed by the subreddit's moderators or by Reddit
 * @param absent not in the answer, which says nothing of the reason: a subreddit may have become private for a day
 * @param unsigned whose author's account is gone, and who are there without a name
 */
public record Presence(Set<String> gone, Set<String> absent, Set<String> unsigned) {
    public Presence {
        gone = Set.copyOf(gone);
        absent = Set.copyOf(absent);
        unsigned = Set.copyOf(unsigned);
    }

    /** Every post is as it was. */
    public static Presence unchanged() {
        return new Presence(Set.of(), Set.of(), Set.of());
    }

    static Presence of(Collection<String> asked, ListingPage answer) {
        Set<String> present = new HashSet<>();
        Set<String> unsigned = new HashSet<>();
        for (Post post : answer.posts()) {
            present.add(post.id());
            if (post.author() == null) {
                unsigned.add(post.id());
            }
        }
        Set<String> gone = new HashSet<>();
        Set<String> absent = new HashSet<>();
        for (String id : asked) {
            if (!present.contains(id)) {
                (answer.names().contains(ListingReader.fullName(id)) ? gone : absent).add(id);
            }
        }
        unsigned.retainAll(Set.copyOf(asked));
        return new Presence(gone, absent, unsigned);
    }
}
