package dev.harken.monitoring.drafting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkRuleTest {
    private static final int SMALL_STACK = 256 * 1024;

    @ParameterizedTest
    @ValueSource(strings = {"a.", "a-", "a-.", "a_", "-.", "a@", "a.a@", "a:/", "](a"})
    @Timeout(60)
    void aReplyThatRepeatsItselfNeedsNoStack(String part) throws Exception {
        Guidance guidance = new Guidance(ReplyTemplate.standard(), "", "", 10_000, "");
        String reply = part.repeat(10_000 / part.length());
        CompletableFuture<Boolean> evil = new CompletableFuture<>();
        Runnable check =
                () -> evil.completeAsync(() -> LinkRule.of(guidance).allows(reply + " evil.com"), Runnable::run);

        new Thread(null, check, "small-stack", SMALL_STACK).start();

        assertThat(evil.get(60, TimeUnit.SECONDS)).isFalse();
    }
}
