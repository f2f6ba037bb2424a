package dev.harken.monitoring.matching;

import java.util.List;

/**
 * What a config's keywords found in a post.
 *
 * @param keywords as the user wrote them and in their order, each once; one at least
 */
public record Match(List<String> keywords, Highlights highlights) {
    public Match {
        keywords = List.copyOf(keywords);
    }
}
