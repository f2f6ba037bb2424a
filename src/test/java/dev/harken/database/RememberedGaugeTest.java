package dev.harken.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.testing.SetClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RememberedGaugeTest {
    private final ScheduledExecutorService background = Executors.newSingleThreadScheduledExecutor();

    private final SetClock clock = new SetClock();

    @AfterEach
    void stop() {
        background.shutdownNow();
    }

    @Test
    void itTellsTheLastLookAndNothingBeforeOrAfterOneThatFailed() {
        Queue<Double> answers = new ArrayDeque<>(List.of(3.0, -1.0, 4.0));
        RememberedGauge gauge = new RememberedGauge(
                "a",
                background,
                () -> {
                    double answer = answers.remove();
                    if (answer < 0) {
                        throw new IllegalStateException("the database is away");
                    }
                    return answer;
                },
                clock);

        assertThat(gauge.getValue()).isNaN();
        gauge.look();
        assertThat(gauge.getValue()).isEqualTo(3.0);
        assertThat(gauge.getValue()).isEqualTo(3.0);
        gauge.look();
        assertThat(gauge.getValue()).isNaN();
        gauge.look();
        assertThat(gauge.getValue()).isEqualTo(4.0);
    }

    @Test
    void itForgetsWhatItSawLongAgoSinceTheNextLookHangs() {
        RememberedGauge gauge = new RememberedGauge("a", background, () -> 3, clock);
        gauge.look();

        clock.advance(RememberedGauge.LONGEST_KEPT);
        assertThat(gauge.getValue()).isEqualTo(3.0);
        clock.advance(Duration.ofMillis(1));
        assertThat(gauge.getValue()).isNaN();
        gauge.look();
        assertThat(gauge.getValue()).isEqualTo(3.0);
    }

    @Test
    void itLooksFromItsStartOnAndNobodyWaitsForALook() throws Exception {
        CountDownLatch looking = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        RememberedGauge gauge = new RememberedGauge(
                "a",
                background,
                () -> {
                    looking.countDown();
                    try {
                        assertThat(answer.await(1, TimeUnit.MINUTES)).isTrue();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return 5;
                },
                clock);

        gauge.start();
        assertThat(looking.await(1, TimeUnit.MINUTES)).isTrue();
        assertThat(gauge.getValue()).isNaN();
        answer.countDown();

        Awaitility.await().untilAsserted(() -> assertThat(gauge.getValue()).isEqualTo(5.0));
    }
}
