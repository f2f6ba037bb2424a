package dev.harken.monitoring.drafting;

/**
 * What answers of the language model came to.
 *
 * @param requests calls that were made, answered or not
 * @param inputTokens tokens that were sent, those sent again included
 * @param outputTokens tokens that were answered
 * @param costMicros the price, in millionths of a US dollar
 */
public record ModelUsage(long requests, long inputTokens, long outputTokens, long costMicros) {
    public static final ModelUsage NONE = new ModelUsage(0, 0, 0, 0);

    public ModelUsage plus(ModelUsage other) {
        return new ModelUsage(
                requests + other.requests,
                inputTokens + other.inputTokens,
                outputTokens + other.outputTokens,
                costMicros + other.costMicros);
    }
}
