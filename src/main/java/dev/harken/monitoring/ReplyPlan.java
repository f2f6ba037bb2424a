package dev.harken.monitoring;

import dev.harken.configs.ClientConfig;
import dev.harken.monitoring.drafting.Guidance;
import dev.harken.monitoring.drafting.ReplyTemplate;
import dev.harken.monitoring.drafting.TemplateException;
import java.util.StringJoiner;

/**
 * How a config wants replies, and to which posts.
 *
 * @param acceptIf in plain language; empty for all posts
 * @param acceptThreshold the least relevance, 0 to 100
 */
record ReplyPlan(Guidance guidance, String acceptIf, int acceptThreshold) {
    /** For a client without a config. */
    static ReplyPlan standard() {
        return new ReplyPlan(Guidance.of(ReplyTemplate.standard()), "", 0);
    }

    /** @param trouble takes up what of the config could not be used */
    static ReplyPlan of(ClientConfig config, StringJoiner trouble) {
        return new ReplyPlan(
                new Guidance(template(config, trouble), config.brandVoice(), config.tone(), config.longestReply(), ""),
                config.acceptIf(),
                config.acceptThreshold());
    }

    private static ReplyTemplate template(ClientConfig config, StringJoiner trouble) {
        if (config.replyTemplate().isEmpty()) {
            return ReplyTemplate.standard();
        }
        try {
            return ReplyTemplate.parse(config.replyTemplate().get());
        } catch (TemplateException e) {
            trouble.add("the reply template " + e.getMessage() + ", so the standard one was used");
            return ReplyTemplate.standard();
        }
    }
}
