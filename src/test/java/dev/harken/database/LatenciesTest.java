package dev.harken.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.database.Latencies.Named;
import dev.harken.testing.SetClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LatenciesTest {
    private final SetClock clock = new SetClock();
    private final Latencies latencies = new Latencies(clock);

    @Test
    void namesAreKeptApartAndWhatTookMostComesFirst() {
        latencies.record("GET /api/posts", TimeUnit.MILLISECONDS.toNanos(5));
        latencies.record("GET /api/posts", TimeUnit.MILLISECONDS.toNanos(7));
        latencies.record("GET /api/clients", TimeUnit.MILLISECONDS.toNanos(100));

        assertThat(latencies.all().count()).isEqualTo(3);
        assertThat(latencies.byName()).extracting(Named::name).containsExactly("GET /api/clients", "GET /api/posts");
        assertThat(latencies.byName().get(1).latency().count()).isEqualTo(2);
    }

    @Test
    void aNameThatIsNoLongerUsedIsNotTold() {
        latencies.record("select 1", 1_000_000);
        clock.advance(Duration.ofMinutes(10));

        assertThat(latencies.byName()).isEmpty();
    }

    @Test
    void theNumberAndLengthOfNamesAreBounded() {
        IntStream.range(0, 10_000).forEach(n -> latencies.record("select " + n + "x".repeat(10_000), 1_000_000));

        List<Named> names = latencies.byName();
        assertThat(names)
                .hasSize(Latencies.MOST_NAMES + 1)
                .allMatch(named -> named.name().length() <= 4000);
        assertThat(names.get(0).name()).isEqualTo(Latencies.OTHERS);
        assertThat(names.get(0).latency().count()).isEqualTo(10_000L - Latencies.MOST_NAMES);
    }

    @Test
    void nothingIsLostWhenManyThreadsRecord() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> done = IntStream.range(0, 4)
                    .<Future<?>>mapToObj(thread -> threads.submit(() -> IntStream.range(0, 20_000)
                            .forEach(i -> latencies.record("statement " + i % 50, 1_000_000))))
                    .toList();
            for (Future<?> each : done) {
                each.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(latencies.all().count()).isEqualTo(80_000);
        assertThat(latencies.byName())
                .hasSize(50)
                .allMatch(named -> named.latency().count() == 1600);
    }
}
