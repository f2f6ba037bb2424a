package dev.harken.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.testing.SetClock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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

    /** Each looks whether there is one left before any of them takes it, if to look and to take are two things. */
    @Test
    void ofAttemptsAtTheSameMomentNoMorePassThanThereAre() throws Exception {
        ExecutorService guessing = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Integer>> guesses = Collections.nCopies(200, () -> limiter.take("10.0.0.1", "a@b.test"));
            int passed = 0;
            for (Future<Integer> guess : guessing.invokeAll(guesses)) {
                passed += guess.get() == 0 ? 1 : 0;
            }
            assertThat(passed).isEqualTo(3);
        } finally {
            guessing.shutdownNow();
        }
    }

    @Test
    void aLoginThatSucceedsCostsNothing() {
        for (int i = 0; i < 20; i++) {
            assertThat(limiter.take("10.0.0.1", "a@b.test")).isZero();
            limiter.giveBack("10.0.0.1", "a@b.test");
        }
    }
}
