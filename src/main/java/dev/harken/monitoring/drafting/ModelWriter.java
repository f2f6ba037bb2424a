package dev.harken.monitoring.drafting;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.harken.monitoring.drafting.DraftingException.Kind;
import dev.langchain4j.model.chat.request.json.JsonArraySchema;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * Has a language model write replies. What is the client's stands in the system message; the post and the subreddit's
 * rules are data, in the user message, as JSON. What comes back is checked as if the post had written it: see {@link
 * Variants}. Thread-safe.
 */
final class ModelWriter implements DraftWriter {
    private static final JsonSchema SCHEMA = JsonSchema.builder()
            .name("drafts")
            .rootElement(JsonObjectSchema.builder()
                    .addProperty(
                            "variants",
                            JsonArraySchema.builder()
                                    .items(JsonObjectSchema.builder()
                                            .addStringProperty("reply", "the reply, in Reddit's Markdown")
                                            .required("reply")
                                            .additionalProperties(false)
                                            .build())
                                    .build())
                    .required("variants")
                    .additionalProperties(false)
                    .build())
            .build();

    /** Two characters to a token, as scripts without letters have, and some for the JSON around. */
    private static final int CHARACTERS_PER_TOKEN = 2;

    private static final int TOKENS_AROUND = 1024;
    private static final int MARK_BYTES = 8;

    private final ModelClient client;
    private final int variants;
    private final SecureRandom random = new SecureRandom();

    ModelWriter(ModelClient client, int variants) {
        this.client = client;
        this.variants = variants;
    }

    @Override
    public Price price() {
        return client.isPriced() ? Price.KNOWN : Price.UNKNOWN;
    }

    @Override
    public Drafts write(DraftRequest request, Guidance guidance) throws DraftingException, InterruptedException {
        Variants first = ask(request, guidance, "", ModelUsage.NONE);
        if (!first.usable().isEmpty() || !first.isOnlyTooLong()) {
            return best(first, request);
        }
        String shorter = "Your last replies were too long. Write clearly under " + guidance.longestReply() / 2
                + " characters each.\n";
        return best(ask(request, guidance, shorter, first.usage()), request);
    }

    private static Drafts best(Variants variants, DraftRequest request) throws DraftingException {
        if (variants.usable().isEmpty()) {
            throw ModelClient.failure(
                    Kind.UNUSABLE,
                    "what the model wrote was thrown away, as " + variants.why() + "; write this one by hand",
                    variants.usage());
        }
        try {
            List<Draft> drafts = variants.usable().stream()
                    .map(reply -> new Draft(reply, QualityScore.judge(reply, request)))
                    .sorted(Comparator.comparingInt(
                                    (Draft draft) -> draft.quality().score())
                            .reversed())
                    .toList();
            return new Drafts(drafts, variants.usage());
        } catch (RuntimeException e) {
            throw ModelClient.fault(e, variants.usage());
        }
    }

    private Variants ask(DraftRequest request, Guidance guidance, String more, ModelUsage before)
            throws DraftingException, InterruptedException {
        byte[] bytes = new byte[MARK_BYTES];
        random.nextBytes(bytes);
        String mark = HexFormat.of().formatHex(bytes);
        ModelClient.Question question = new ModelClient.Question(
                Instructions.forReplies(request.client(), guidance, variants, mark) + more,
                data(request, guidance),
                SCHEMA,
                TOKENS_AROUND + variants * guidance.longestReply() / CHARACTERS_PER_TOKEN);
        ModelClient.Reply reply;
        try {
            reply = client.ask(question);
        } catch (DraftingException e) {
            throw e.after(before);
        }
        ModelUsage usage = before.plus(reply.usage());
        try {
            return Variants.read(reply.json(), variants, request, guidance, mark, usage);
        } catch (RuntimeException e) {
            throw ModelClient.fault(e, usage);
        }
    }

    private static String data(DraftRequest request, Guidance guidance) {
        ObjectNode data = PostData.of(request);
        data.put("subreddit_rules", PostData.cut(guidance.subredditRules(), PostData.LONGEST_RULES));
        return data.toString();
    }
}
