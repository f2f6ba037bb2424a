package dev.harken.monitoring.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.harken.http.ProblemException;
import org.junit.jupiter.api.Test;

class SendLimiterTest {
    @Test
    void aClientThatHadEnoughHasToWaitAndNoOther() {
        SendLimiter limiter = new SendLimiter();
        for (int i = 0; i < SendLimiter.MOST; i++) {
            limiter.check(1);
        }

        ProblemException refused = catchThrowableOfType(ProblemException.class, () -> limiter.check(1));

        assertThat(refused.problem().status()).isEqualTo(429);
        limiter.check(2);
    }
}
