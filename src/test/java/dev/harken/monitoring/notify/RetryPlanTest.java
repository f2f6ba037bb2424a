package dev.harken.monitoring.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RetryPlanTest {
    private static final Instant START = Instant.parse("2026-03-02T10:00:00Z");
    private static final Instant END = START.plus(OutboxDao.LONGEST);

    @Test
    void thePausesGrowAndEndAfterThreeDays() {
        RetryPlan plan = new RetryPlan(always(0));
        List<Duration> pauses = new ArrayList<>();
        Instant now = START;
        Optional<Instant> next = plan.next(1, Optional.empty(), now, END);
        while (next.isPresent()) {
            pauses.add(Duration.between(now, next.get()));
            now = next.get();
            next = plan.next(pauses.size() + 1, Optional.empty(), now, END);
        }

        assertThat(pauses)
                .startsWith(
                        Duration.ofSeconds(10),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(30),
                        Duration.ofHours(2),
                        Duration.ofHours(6),
                        Duration.ofHours(12))
                .hasSize(11);
        assertThat(pauses.subList(6, 11)).containsOnly(Duration.ofHours(12));
    }

    @Test
    void aPauseIsUpToATenthLonger() {
        assertThat(new RetryPlan(always(0.9999))
                        .next(2, Optional.empty(), START, END)
                        .orElseThrow())
                .isBetween(START.plusSeconds(65), START.plusSeconds(66));
    }

    @Test
    void aReceiverGetsTheLongerPauseThatItAsksForWithinBounds() {
        RetryPlan plan = new RetryPlan(always(0));

        assertThat(plan.next(1, Optional.of(Duration.ofSeconds(90)), START, END))
                .contains(START.plusSeconds(90));
        assertThat(plan.next(1, Optional.of(Duration.ofSeconds(1)), START, END)).contains(START.plusSeconds(10));
        assertThat(plan.next(1, Optional.of(Duration.ofDays(365)), START, END))
                .contains(START.plus(Duration.ofHours(12)));
    }

    @Test
    void aChannelIsHeldForFiveMinutesAtMostUnlessItAsksForMore() {
        assertThat(RetryPlan.hold(1, Optional.empty())).isEqualTo(Duration.ofSeconds(10));
        assertThat(RetryPlan.hold(6, Optional.empty())).isEqualTo(Duration.ofMinutes(5));
        assertThat(RetryPlan.hold(6, Optional.of(Duration.ofSeconds(1)))).isEqualTo(Duration.ofMinutes(5));
        assertThat(RetryPlan.hold(1, Optional.of(Duration.ofHours(1)))).isEqualTo(Duration.ofHours(1));
        assertThat(RetryPlan.hold(6, Optional.of(Duration.ofDays(365)))).isEqualTo(Duration.ofHours(12));
    }

    private static RandomGenerator always(double value) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                return 0;
            }

            @Override
            public double nextDouble() {
                return value;
            }
        };
    }
}
