package dev.harken.responses;

/**
 * A draft on its way into the table.
 *
 * @param score 0 to 100
 * @param grade A+ to F
 * @param qualityBreakdown the parts of the score, as JSON
 */
public record NewResponse(String content, int score, String grade, String qualityBreakdown) {}
