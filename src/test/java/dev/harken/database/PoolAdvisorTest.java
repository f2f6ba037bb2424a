package dev.harken.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PoolAdvisorTest {
    private static final Instant NOW = Instant.parse("2026-03-02T10:00:00Z");
    private static final Optional<ServerFacts> ROOMY = Optional.of(facts(25, Optional.of(2), 4096));

    @Test
    void aPoolThatIsBusyAndFitsNeedsNoAdvice() {
        assertThat(advise(pool(8, 0), steady(5, 0), ROOMY, List.of())).isEmpty();
    }

    @Test
    void nearCapacityNamesTheShare() {
        assertThat(advise(pool(16, 0), steady(4, 0), ROOMY, List.of()))
                .singleElement()
                .asString()
                .contains("16 of 20 connections are lent (80.0 %, warning above 75 %)");
        assertThat(advise(pool(19, 0), steady(4, 0), ROOMY, List.of()))
                .singleElement()
                .asString()
                .contains("19 of 20 connections are lent (95.0 %, critical above 90 %)");
    }

    @Test
    void waitingCallersAreCounted() {
        assertThat(advise(pool(20, 7), steady(4, 0), ROOMY, List.of()))
                .anyMatch(text -> text.contains("7 callers wait"));
        assertThat(advise(pool(8, 0), steady(5, 2), ROOMY, List.of()))
                .anyMatch(text -> text.contains("had to wait in 120 of the last 120 samples"));
    }

    @Test
    void overflowThatLastsAsksForALargerBase() {
        assertThat(advise(pool(9, 0), steady(9, 0), ROOMY, List.of()))
                .singleElement()
                .asString()
                .contains("Overflow was in use in 120 of the last 120 samples, up to 4 connections")
                .contains("Raise pool size by 4");
        assertThat(advise(pool(9, 0), steady(5, 0), ROOMY, List.of())).isEmpty();
    }

    @Test
    void aBaseFarBeyondTheCoresIsNamedWithTheRule() {
        PoolSnapshot large = new PoolSnapshot(15, 5, 20, 2, 13, 0, 15, 0, 30);

        assertThat(advise(large, List.of(), ROOMY, List.of()))
                .singleElement()
                .asString()
                .contains("Pool size 15")
                .contains("2 × 2 + 1 = 5");
    }

    @Test
    void anOversizedPoolIsNamedByWhatItUsed() {
        PoolSnapshot idle = new PoolSnapshot(8, 12, 20, 1, 7, 0, 8, 0, 30);
        List<PoolHistory.Sample> lately = IntStream.range(0, 120)
                .mapToObj(i -> new PoolHistory.Sample(NOW, idle))
                .toList();

        assertThat(advise(idle, lately, ROOMY, List.of()))
                .singleElement()
                .asString()
                .contains("At most 1 of 20")
                .contains("a pool size of 5");
    }

    @Test
    void theServersLimitIsJudgedWithTheOtherProgramsConnections() {
        ServerFacts crowded = facts(70, Optional.of(2), 4096);

        assertThat(advise(pool(8, 0), steady(5, 0), Optional.of(crowded), List.of()))
                .anyMatch(text ->
                        text.contains("62 connections of other programs") && text.contains("82 of the server's 97"));
    }

    @Test
    void theMemoryOfTheServersHostIsJudgedByWhatTheSessionsMayTake() {
        assertThat(advise(pool(5, 0), steady(5, 0), Optional.of(facts(25, Optional.of(2), 512)), List.of()))
                .singleElement()
                .asString()
                .contains(
                        "20 sessions may take 280 MB",
                        "work_mem of 4 MB",
                        "shared_buffers of 128 MB",
                        "host of 512 MB");
        assertThat(advise(pool(5, 0), steady(5, 0), Optional.of(facts(25, Optional.of(2), 1024)), List.of()))
                .isEmpty();
    }

    @Test
    void whatIsNotKnownIsSaidAndNotJudged() {
        ServerFacts remote = facts(25, Optional.empty(), 0);

        assertThat(advise(pool(8, 0), steady(5, 0), Optional.of(remote), List.of()))
                .singleElement()
                .asString()
                .contains("cores are unknown");
        assertThat(advise(pool(8, 0), steady(5, 0), Optional.empty(), List.of()))
                .singleElement()
                .asString()
                .contains("not known");
    }

    @Test
    void oneStatementThatHoldsConnectionsIsNamed() {
        List<Lease> leases = IntStream.range(0, 4)
                .mapToObj(i -> {
                    Lease lease = new Lease(Work.current(), NOW.minus(Duration.ofSeconds(9)), "dw-" + i, List.of());
                    lease.running("select pg_sleep(?)");
                    return lease;
                })
                .toList();

        assertThat(advise(pool(8, 0), steady(5, 0), ROOMY, leases))
                .singleElement()
                .asString()
                .contains("4 connections have been held for more than 5 s by one statement")
                .doesNotContain("pg_sleep");
    }

    private static ServerFacts facts(int connections, Optional<Integer> cores, long memoryMegabytes) {
        return new ServerFacts(97, connections, cores, memoryMegabytes << 20, 128L << 20, 4L << 20);
    }

    private static List<String> advise(
            PoolSnapshot now, List<PoolHistory.Sample> lately, Optional<ServerFacts> server, List<Lease> leases) {
        return PoolAdvisor.advise(now, lately, server, leases, NOW);
    }

    private static PoolSnapshot pool(int checkedOut, int waiting) {
        int open = Math.max(8, checkedOut);
        return new PoolSnapshot(5, 15, 20, checkedOut, open - checkedOut, open - 5, open, waiting, 30);
    }

    private static List<PoolHistory.Sample> steady(int checkedOut, int waiting) {
        return IntStream.range(0, 120)
                .mapToObj(i -> new PoolHistory.Sample(NOW.minusSeconds(5L * i), pool(checkedOut, waiting)))
                .toList();
    }
}
