package dev.harken.database.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.harken.testing.SetClock;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExaminationsTest {
    private static final Duration PATIENT = Duration.ofSeconds(10);
    private static final Duration INTERVAL = Duration.ofSeconds(60);

    private final SetClock clock = new SetClock();
    private final AtomicInteger looks = new AtomicInteger();
    private final CountDownLatch go = new CountDownLatch(1);
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Examinations examinations = new Examinations(
            new Examiner(Jdbi.create(ExaminationsTest::connection), List.of(new Counted()), clock),
            INTERVAL,
            thread,
            clock);

    @AfterEach
    void stop() {
        go.countDown();
        thread.shutdownNow();
    }

    @Test
    void nobodyLooksUntilSomebodyAsks() {
        assertThat(looks).hasValue(0);
    }

    @Test
    void withinTheIntervalItIsTheSameExamination() {
        go.countDown();
        Examination first = examinations.latest(PATIENT).orElseThrow();
        clock.advance(INTERVAL);
        assertThat(examinations.latest(PATIENT)).containsSame(first);

        clock.advance(Duration.ofMillis(1));
        assertThat(examinations.latest(PATIENT).orElseThrow().at()).isEqualTo(clock.instant());
        assertThat(looks).hasValue(2);
    }

    @Test
    void afterSomethingWasChangedItIsMadeAnew() {
        go.countDown();
        examinations.latest(PATIENT);
        examinations.forget();

        assertThat(examinations.latest(PATIENT).orElseThrow().at()).isEqualTo(clock.instant());
        assertThat(looks).hasValue(2);
    }

    @Test
    void oneThatTakesLongIsNotWaitedForAndNotBegunTwice() {
        assertThat(examinations.latest(Duration.ZERO)).isEmpty();
        assertThat(examinations.latest(Duration.ZERO)).isEmpty();
        go.countDown();

        await().until(() -> examinations.latest(Duration.ZERO).isPresent());
        assertThat(looks).hasValue(1);
    }

    @Test
    void oneThatBeganBeforeAChangeDoesNotAnswerForIt() {
        examinations.latest(Duration.ZERO);
        examinations.forget();
        assertThat(examinations.latest(Duration.ZERO)).isEmpty();
        go.countDown();

        await().until(() -> looks.get() == 2);
    }

    /** Never asked for anything: the insight reads nothing. */
    private static Connection connection() {
        return (Connection) Proxy.newProxyInstance(
                ExaminationsTest.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> method.getReturnType() == boolean.class ? Boolean.TRUE : null);
    }

    private final class Counted implements Insight<String> {
        @Override
        public String name() {
            return "counted";
        }

        @Override
        public String read(Handle handle) {
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            looks.incrementAndGet();
            return "seen";
        }

        @Override
        public List<Finding> judge(String seen) {
            return List.of();
        }
    }
}
