package dev.harken.monitoring.matching;

import java.util.List;

/** Short for what tests of keywords ask most. */
public final class Found {
    private Found() {}

    /** Keywords whose words are found as they are. */
    public static Keywords keywords(List<String> written) throws KeywordException {
        return Keywords.parse(written, Stemming.NONE);
    }

    /** The keywords that a post has. */
    public static List<String> in(Keywords keywords, SearchedPost post) {
        return keywords.match(post).map(Match::keywords).orElse(List.of());
    }
}
