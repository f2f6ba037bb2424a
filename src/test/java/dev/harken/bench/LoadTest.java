package dev.harken.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class LoadTest {
    @Test
    void countsEachCallOnceAndThoseOfTheRunInApart() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        try (Load load = new Load()) {
            Load.Served served = load.run(List.of(calls::incrementAndGet), Duration.ofMillis(5), Duration.ofMillis(20));

            assertThat(served.calls()).isEqualTo(calls.get());
            assertThat(served.micros().getTotalCount()).isBetween(1L, served.calls() - 1);
            assertThat(served.perSecond())
                    .isGreaterThan((double) served.micros().getTotalCount());
        }
    }

    @Test
    void aCallThatOutlastsTheRoundIsMeasuredAllTheSame() throws Exception {
        try (Load load = new Load()) {
            Load.Served served = load.run(
                    List.of(() -> LockSupport.parkNanos(20_000_000)), Duration.ofNanos(1), Duration.ofNanos(1));

            assertThat(served.calls()).isEqualTo(2);
            assertThat(served.micros().getTotalCount()).isEqualTo(1);
            assertThat(served.perSecond()).isLessThan(1000);
        }
    }

    @Test
    void callersCallAtTheSameTime() throws Exception {
        CyclicBarrier together = new CyclicBarrier(3);
        Caller waiting = () -> together.await(60, TimeUnit.SECONDS);
        try (Load load = new Load()) {
            Load.Served served = load.run(List.of(waiting, waiting, waiting), Duration.ofNanos(1), Duration.ofNanos(1));

            assertThat(served.calls()).isEqualTo(6);
        }
    }

    @Test
    void aCallThatIsNeverAnsweredEndsTheBench() {
        CountDownLatch never = new CountDownLatch(1);
        try (Load load = new Load(Duration.ZERO)) {
            assertThatThrownBy(() -> load.run(List.of(never::await), Duration.ZERO, Duration.ofMillis(1)))
                    .isInstanceOf(BenchException.class)
                    .hasMessageContaining("not answered within");
        }
    }

    @Test
    void aCallThatFailsEndsTheBenchWithItsReason() {
        Caller failing = () -> {
            throw new IllegalStateException("503 on /api/posts");
        };
        try (Load load = new Load()) {
            assertThatThrownBy(() -> load.run(List.of(failing), Duration.ZERO, Duration.ZERO))
                    .isInstanceOf(BenchException.class)
                    .hasMessageContaining("503 on /api/posts");
        }
    }
}
