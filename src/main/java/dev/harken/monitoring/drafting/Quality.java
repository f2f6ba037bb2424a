package dev.harken.monitoring.drafting;

import java.util.List;

/**
 * How good a draft looks: advice to the person who reviews it, never a decision.
 *
 * @param score 0 to 100
 * @param grade A+ to F
 * @param parts what the score is made of
 */
public record Quality(int score, String grade, List<Part> parts) {
    public Quality {
        parts = List.copyOf(parts);
    }

    /**
     * One part of a score.
     *
     * @param score 0 to 100
     * @param weight its share of the whole; the weights of all parts sum to 1
     * @param reason one sentence
     */
    public record Part(String name, int score, double weight, String reason) {}
}
