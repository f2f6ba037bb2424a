package dev.harken.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.testing.SetClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LoginLimiterTest {
    private final SetClock clock = new SetClock();
    private final LoginLimiter limiter = new LoginLimiter(6, 3, Duration.ofMinutes(3), clock);

    @Test
    void anAccountMayFailThreeTimesFromAnyAddresses() {
        assertThat(limiter.take("10.0.0.1", "a@b.test")).isZero();
        assertThat(limiter.take("10.0.0.2", "A@B.test ")).isZero();
        assertThat(limiter.take("10.0.0.3", "a@b.test")).isZero();

        assertThat(limiter.take("10.0.0.4", "a@b.test")).isBetween(1, 61);
        assertThat(limiter.take("10.0.0.4", "c@b.test")).isZero();

        clock.advance(Duration.ofSeconds(61));
        assertThat(limiter.take("10.0.0.4", "a@b.test")).isZero();
    }

    @Test
    void anAddressMayFailSixTimesForAnyAccounts() {
        for (int i = 0; i < 6; i++) {
            assertThat(limiter.take("10.0.0.1", "user" + i)).isZero();
        }

        assertThat(limiter.take("10.0.0.1", "user6")).isPositive();
        assertThat(limiter.take("10.0.0.2", "user6")).isZero();
    }

    @Test
    void aLoginThatSucceedsCostsNothing() {
        for (int i = 0; i < 20; i++) {
            assertThat(limiter.take("10.0.0.1", "a@b.test")).isZero();
            limiter.giveBack("10.0.0.1", "a@b.test");
        }
    }
}
