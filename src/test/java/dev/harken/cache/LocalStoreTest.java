package dev.harken.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.database.Tenant;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LocalStoreTest {
    private static final Tenant CLIENT = Tenant.of(7);
    private static final Tenant OTHER = Tenant.of(8);
    private static final int MOST = 100_000;
    private static final int LARGEST = 20_000;

    private final AtomicLong nanos = new AtomicLong();
    private final LocalStore store = new LocalStore(new HeldAnswers(MOST, nanos::get), LARGEST);

    @Test
    void anAnswerIsFoundUntilItsTimeIsOver() {
        keep(CLIENT, "list", 100, Duration.ofSeconds(30));
        keep(CLIENT, "sum", 100, Duration.ofMinutes(5));

        pass(Duration.ofSeconds(30).minusNanos(1));
        assertThat(find(CLIENT, "list")).isPresent();
        pass(Duration.ofNanos(1));
        assertThat(find(CLIENT, "list")).isEmpty();
        assertThat(find(CLIENT, "sum")).isPresent();
        pass(Duration.ofMinutes(5));
        assertThat(find(CLIENT, "sum")).isEmpty();
    }

    @Test
    void toReadAnAnswerDoesNotLengthenItsTime() {
        keep(CLIENT, "list", 100, Duration.ofSeconds(30));
        for (int second = 0; second < 29; second++) {
            pass(Duration.ofSeconds(1));
            assertThat(find(CLIENT, "list")).isPresent();
        }
        pass(Duration.ofSeconds(1));
        assertThat(find(CLIENT, "list")).isEmpty();
    }

    @Test
    void anAnswerInTheOthersPlaceHasATimeOfItsOwn() {
        for (Duration time : List.of(Duration.ofSeconds(10), Duration.ofSeconds(40))) {
            keep(CLIENT, "list", 100, Duration.ofSeconds(30));
            store.turn(CLIENT);
            keep(CLIENT, "list", 100, time);

            pass(time.minusNanos(1));
            assertThat(find(CLIENT, "list")).as(time.toString()).isPresent();
            pass(Duration.ofNanos(1));
            assertThat(find(CLIENT, "list")).as(time.toString()).isEmpty();
        }
    }

    @Test
    void itsBytesAreBoundedHoweverMuchIsKept() {
        for (int i = 0; i < 1_000; i++) {
            keep(CLIENT, "list " + i, 1_000, Duration.ofMinutes(1));
        }

        AnswerStore.Size size = store.size().orElseThrow();

        assertThat(size.bytes()).isBetween(MOST / 2L, (long) MOST);
        assertThat(size.entries()).isBetween(30L, 100L);
    }

    @Test
    void whatIsLargerThanTheLargestIsNotKept() {
        keep(CLIENT, "large", LARGEST, Duration.ofMinutes(1));
        keep(CLIENT, "huge", LARGEST + 1, Duration.ofMinutes(1));

        assertThat(store.size().orElseThrow().entries()).isEqualTo(1);
        assertThat(find(CLIENT, "large")).isPresent();
        assertThat(find(CLIENT, "huge")).isEmpty();
    }

    @Test
    void whatIsLargerThanAllTheRoomIsNotKept() {
        LocalStore small = new LocalStore(new HeldAnswers(MOST, nanos::get), 2 * MOST);
        Generation generation = small.find(CLIENT, "huge").generation();

        small.keep(CLIENT, "huge", generation, answer(MOST + 1), Duration.ofMinutes(1));

        assertThat(small.size().orElseThrow().entries()).isZero();
        assertThat(small.find(CLIENT, "huge").answer()).isEmpty();
    }

    @Test
    void aWriteOutdatesItsClientsAnswersAndTheWholes() {
        keep(CLIENT, "list", 100, Duration.ofMinutes(1));
        keep(OTHER, "list", 100, Duration.ofMinutes(1));
        keep(Tenant.EVERY, "list", 100, Duration.ofMinutes(1));

        store.turn(CLIENT);

        assertThat(find(CLIENT, "list")).isEmpty();
        assertThat(find(OTHER, "list")).isPresent();
        assertThat(find(Tenant.EVERY, "list")).isEmpty();
    }

    @Test
    void aWriteForTheWholeInstallationOutdatesAll() {
        keep(CLIENT, "list", 100, Duration.ofMinutes(1));
        keep(OTHER, "list", 100, Duration.ofMinutes(1));
        keep(Tenant.EVERY, "list", 100, Duration.ofMinutes(1));

        store.turn(Tenant.EVERY);

        assertThat(find(CLIENT, "list")).isEmpty();
        assertThat(find(OTHER, "list")).isEmpty();
        assertThat(find(Tenant.EVERY, "list")).isEmpty();
    }

    @Test
    void anAnswerOfAnEarlierGenerationIsNotThereEvenIfItIsKeptLater() {
        Generation before = store.find(CLIENT, "list").generation();
        store.turn(CLIENT);

        store.keep(CLIENT, "list", before, answer(100), Duration.ofMinutes(1));

        assertThat(find(CLIENT, "list")).isEmpty();
    }

    private Optional<Answer> find(Tenant tenant, String key) {
        return store.find(tenant, key).answer();
    }

    private void keep(Tenant tenant, String key, int bytes, Duration time) {
        store.keep(tenant, key, store.find(tenant, key).generation(), answer(bytes), time);
    }

    private static Answer answer(int bytes) {
        return Answer.of(new byte[bytes], Map.of());
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
