package dev.harken.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RememberedGaugeTest {
    private final ScheduledExecutorService background = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void stop() {
        background.shutdownNow();
    }

    @Test
    void itTellsTheLastLookAndNothingBeforeOrAfterOneThatFailed() {
        Queue<Double> answers = new ArrayDeque<>(List.of(3.0, -1.0, 4.0));
        RememberedGauge gauge = new RememberedGauge("a", background, () -> {
            double answer = answers.remove();
            if (answer < 0) {
                throw new IllegalStateException("the database is away");
            }
            return answer;
        });

        assertThat(gauge.getValue()).isNaN();
        gauge.look();
        assertThat(gauge.getValue()).isEqualTo(3.0);
        assertThat(gauge.getValue()).isEqualTo(3.0);
        gauge.look();
        assertThat(gauge.getValue()).isNaN();
        gauge.look();
        assertThat(gauge.getValue()).isEqualTo(4.0);
    }
}
