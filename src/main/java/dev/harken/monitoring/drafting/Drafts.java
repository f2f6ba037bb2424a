package dev.harken.monitoring.drafting;

import java.util.List;

/**
 * What was written for a post.
 *
 * @param drafts at least one, best first
 * @param usage what they came to
 */
public record Drafts(List<Draft> drafts, ModelUsage usage) {
    public Drafts {
        drafts = List.copyOf(drafts);
        if (drafts.isEmpty()) {
            throw new IllegalArgumentException("no drafts");
        }
    }
}
