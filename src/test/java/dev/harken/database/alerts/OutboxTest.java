package dev.harken.database.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.database.Level;
import dev.harken.testing.Logged;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final Instant AT = Instant.parse("2026-03-02T10:00:00Z");

    private final Tasks tasks = new Tasks();
    private final Receiver receiver = new Receiver();
    private final Outbox outbox = new Outbox(receiver, tasks);

    @AfterEach
    void stop() {
        tasks.shutdownNow();
    }

    @Test
    void aChangeIsToldOnce() {
        Alert alert = alert();
        outbox.add(alert);
        tasks.runAll();
        tasks.runAll();

        assertThat(receiver.told).containsExactly(alert);
    }

    @Test
    void nothingIsToldByTheThreadThatAdds() {
        outbox.add(alert());

        assertThat(receiver.told).isEmpty();
    }

    @Test
    void ofAnAlertOnlyTheLatestStateIsTold() {
        Alert alert = alert();
        Alert other = alert();
        outbox.add(alert);
        outbox.add(other);
        outbox.add(alert.resolved(AT.plusSeconds(60)));
        tasks.runAll();

        assertThat(receiver.told).containsExactly(other, alert.resolved(AT.plusSeconds(60)));
    }

    @Test
    void whatFailedIsToldAfterAPauseInItsOrder() {
        Alert first = alert();
        Alert second = alert();
        receiver.failures = 1;
        outbox.add(first);
        tasks.runAll();
        outbox.add(second);
        tasks.runNow();

        assertThat(receiver.told).as("while it pauses").isEmpty();
        assertThat(tasks.pauses()).containsExactly(Outbox.PAUSES.get(0));

        tasks.runAll();
        assertThat(receiver.told).containsExactly(first, second);
    }

    @Test
    void thePausesGrowAndThenItIsGivenUpAndSaidSo() throws Exception {
        Alert first = alert();
        Alert second = alert();
        receiver.failures = Outbox.PAUSES.size() + 1;
        outbox.add(first);
        List<Duration> paused = new ArrayList<>();
        List<String> logged = Logged.during(() -> {
            tasks.runAll();
            for (int i = 0; i < Outbox.PAUSES.size(); i++) {
                paused.addAll(tasks.pauses());
                if (i == Outbox.PAUSES.size() - 1) {
                    outbox.add(second);
                }
                tasks.runAll();
            }
        });

        assertThat(paused).containsExactlyElementsOf(Outbox.PAUSES);
        assertThat(receiver.told).containsExactly(second);
        assertThat(logged).hasSize(Outbox.PAUSES.size() + 1);
        assertThat(logged.get(0))
                .contains("alert not told:", "destination=receiver", "id=" + first.id(), "attempt=1", "reason=busy");
        assertThat(logged.get(Outbox.PAUSES.size())).contains("given up", "id=" + first.id());
    }

    @Test
    void aLongFailureKeepsABoundedNumber() throws Exception {
        receiver.failures = 1;
        outbox.add(alert());
        tasks.runAll();
        List<String> logged = Logged.during(() -> {
            for (int i = 0; i < Outbox.MOST + 9; i++) {
                outbox.add(alert());
            }
        });
        tasks.runAll();

        assertThat(receiver.told).hasSize(Outbox.MOST);
        assertThat(logged).hasSize(10).allMatch(line -> line.contains("too many wait"));
    }

    private static Alert alert() {
        return new Alert(UUID.randomUUID(), "here", Signal.DISK, Level.WARNING, AT, AT, null, "Disk was above 80 %");
    }

    /** Fails for a while. */
    private static final class Receiver implements AlertDestination {
        private final List<Alert> told = new ArrayList<>();
        private int failures;

        @Override
        public String name() {
            return "receiver";
        }

        @Override
        public void tell(Alert alert) throws IOException {
            if (failures > 0) {
                failures--;
                throw new IOException("busy");
            }
            told.add(alert);
        }
    }

    /** Runs what is due when the test says so. */
    private static final class Tasks extends ScheduledThreadPoolExecutor {
        private final List<Task> waiting = new ArrayList<>();

        private Tasks() {
            super(0);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
            waiting.add(new Task(command, Duration.of(delay, unit.toChronoUnit())));
            return null;
        }

        private List<Duration> pauses() {
            return waiting.stream().map(Task::delay).toList();
        }

        private void runAll() {
            List<Task> due = List.copyOf(waiting);
            waiting.clear();
            due.forEach(task -> task.command().run());
        }

        private void runNow() {
            List<Task> due =
                    waiting.stream().filter(task -> task.delay().isZero()).toList();
            waiting.removeAll(due);
            due.forEach(task -> task.command().run());
        }

        private record Task(Runnable command, Duration delay) {}
    }
}
