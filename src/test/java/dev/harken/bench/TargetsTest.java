package dev.harken.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.harken.database.insight.ManagedIndexes;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TargetsTest {
    @Test
    void theListIsJudgedAtEightCallersAgainstPgbenchAndAgainstItself() {
        Results results = Measured.results(
                Measured.atRates(Group.LIST, ListReading.UNCACHED, 1, 1),
                Measured.atRates(Group.LIST, ListReading.UNCACHED, 8, 50, 60, 70),
                Measured.atRates(Group.LIST, ListReading.PGBENCH, 8, 100, 100, 100),
                Measured.atRates(Group.LIST, ListReading.LIMIT, 8, 120, 120, 120),
                Measured.atRates(Group.LIST, ListReading.LAZY_HTTP, 8, 15, 15, 15),
                Measured.atRates(Group.LIST, ListReading.CACHED, 8, 150, 180, 210),
                Measurement.missing(Group.LIST, ListReading.UNCHANGED, 8, "no ETag"));

        assertThat(Targets.of(results, EnumSet.of(Group.LIST)))
                .extracting(
                        target -> target.value().isPresent() ? target.value().getAsDouble() : -1, Target::verdict)
                .containsExactly(
                        tuple(0.6, "met"),
                        tuple(0.5, ""),
                        tuple(4.0, ""),
                        tuple(1.0, "met"),
                        tuple(3.0, "missed"),
                        tuple(-1.0, "not measured"));
    }

    @Test
    void depthAndGrowthAreTimesSoTheSlowerIsAboveOne() {
        Results results = Measured.results(
                Measured.atRates(Group.DEPTH, PageDepth.FIRST, 1, 130),
                Measured.atRates(Group.DEPTH, PageDepth.DEEP, 1, 100),
                Measured.atRates(Group.GROWTH, Growth.TENTH, 1, 105),
                Measured.atRates(Group.GROWTH, Growth.ALL, 1, 100));

        List<Target> targets = Targets.of(results, EnumSet.of(Group.DEPTH, Group.GROWTH));

        assertThat(targets.get(0).value()).hasValue(1.3);
        assertThat(targets.get(0).verdict()).isEqualTo("missed");
        assertThat(targets.get(1).value()).hasValue(1.05);
        assertThat(targets.get(1).verdict()).isEqualTo("met");
    }

    @Test
    void whatTheIndexesCostIsToldAndNotJudged() {
        Ingestion.Kind kind = Ingestion.Kind.EVENTS;
        Results results = Measured.results(
                Measured.atRates(Group.INGESTION, kind.with(), 1, 80),
                Measured.atRates(Group.INGESTION, kind.without(), 1, 100));

        Target cost = Targets.of(results, EnumSet.of(Group.INGESTION)).stream()
                .filter(target -> target.value().isPresent())
                .findFirst()
                .orElseThrow();

        assertThat(cost.value().orElseThrow()).isCloseTo(20, within(1e-9));
        assertThat(cost.what()).endsWith("100 events");
        assertThat(cost.verdict()).isEmpty();
    }

    @Test
    void aServiceThatRanIsJudgedByItsStartAndItsMemory() {
        Results results = new Results(
                List.of(),
                OptionalDouble.of(4.5),
                OptionalDouble.of(6),
                OptionalLong.of(300L << 20),
                OptionalDouble.of(50),
                OptionalDouble.of(90));

        assertThat(Targets.of(results, EnumSet.of(Group.POOL)))
                .extracting(Target::what, Target::verdict)
                .containsExactly(
                        tuple("the pool's use at 20 callers, mean", "met"),
                        tuple("the use of one as large by lazy loading, mean", ""),
                        tuple("start to ready, median of five", "missed"),
                        tuple("start to ready, with no archive of classes", ""),
                        tuple("Harken's resident memory, peak", "met"));
    }

    @Test
    void anIndexIsJudgedAgainstTheTableWithoutAnyAndItsOwnShareIsTold() {
        ManagedIndexes.Definition index = ManagedIndexes.DEFINITIONS.get(0);
        Results results = Measured.results(
                Measured.atRates(Group.INDEXES, IndexGain.with(index), 1, 1000),
                Measured.atRates(Group.INDEXES, IndexGain.without(index), 1, 500),
                Measured.atRates(Group.INDEXES, IndexGain.withoutAny(index), 1, 10));

        assertThat(Targets.of(results, EnumSet.of(Group.INDEXES)))
                .filteredOn(target -> target.value().isPresent())
                .extracting(target -> target.value().getAsDouble(), Target::verdict)
                .containsExactly(tuple(100.0, "met"), tuple(2.0, ""));
    }
}
