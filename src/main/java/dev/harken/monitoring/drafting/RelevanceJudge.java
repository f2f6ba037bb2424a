package dev.harken.monitoring.drafting;

import com.fasterxml.jackson.databind.JsonNode;
import dev.harken.monitoring.drafting.DraftingException.Kind;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;

/** Has a language model say how well a post meets a condition in plain language. Thread-safe. */
public final class RelevanceJudge {
    private static final int LONGEST_REASON = 300;
    private static final int MOST_TOKENS = 1024;
    private static final int MOST = 100;

    private static final JsonSchema SCHEMA = JsonSchema.builder()
            .name("judgement")
            .rootElement(JsonObjectSchema.builder()
                    .addIntegerProperty("score", "0 to 100")
                    .addStringProperty("reason", "one sentence, at most 300 characters")
                    .required("score", "reason")
                    .additionalProperties(false)
                    .build())
            .build();

    private final ModelClient client;

    RelevanceJudge(ModelClient client) {
        this.client = client;
    }

    /**
     * A judgement.
     *
     * @param score 0 to 100
     * @param reason at most 300 characters, for people
     */
    public record Judgement(int score, String reason, ModelUsage usage) {}

    /** Judges a post; may take long: hold no connection meanwhile. */
    public Judgement judge(DraftRequest request, String acceptIf) throws DraftingException, InterruptedException {
        ModelClient.Reply reply = client.ask(new ModelClient.Question(
                Instructions.forJudgement(acceptIf), PostData.of(request).toString(), SCHEMA, MOST_TOKENS));
        JsonNode score = reply.json().path("score");
        JsonNode reason = reply.json().path("reason");
        if (reply.json().size() != 2
                || !score.isIntegralNumber()
                || !score.canConvertToInt()
                || score.intValue() < 0
                || score.intValue() > MOST
                || !reason.isTextual()) {
            throw ModelClient.failure(
                    Kind.UNUSABLE,
                    "the model did not judge it in the form that was asked for; check that the model of OPENAI_MODEL"
                            + " can answer by a JSON schema",
                    reply.usage());
        }
        String told = Variants.cleaned(reason.textValue()).replaceAll("\\s+", " ");
        return new Judgement(score.intValue(), PostData.cut(told, LONGEST_REASON), reply.usage());
    }
}
