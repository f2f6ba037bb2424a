package dev.harken.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.database.insight.ManagedIndexes;
import dev.harken.testing.Jar;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On so little that its numbers say nothing, but that they are there. */
class BenchIT {
    private static final List<String> TINY =
            List.of("--clients", "3", "--posts", "300", "--responses", "900", "--events", "1000", "--seconds", "0.1");

    @TempDir
    private Path directory;

    @Test
    void everythingIsMeasuredWithoutTouchingTheOperatorsDatabase() throws Exception {
        // Where nothing listens: a bench that used it would fail.
        Map<String, String> operators = Map.of(
                "DATABASE_URL", "postgresql://harken:secret@127.0.0.1:1/harken", "REDIS_URL", "redis://127.0.0.1:1");
        Path out = directory.resolve("out");

        Jar.Finished bench = Jar.run(
                operators,
                Stream.concat(Stream.of("bench", "config.yml", "--out", out.toString()), TINY.stream())
                        .toArray(String[]::new));

        assertThat(bench.exitCode()).as(bench.output()).isZero();
        List<Map<String, String>> rows = read(out.resolve("bench.csv"));
        for (String name : List.of(
                ListReading.UNCACHED, ListReading.CACHED, ListReading.LIMIT, ListReading.LAZY, ListReading.LAZY_HTTP)) {
            assertThat(rows).as(name).filteredOn("measurement", name).hasSize(3).allSatisfy(BenchIT::isMeasured);
        }
        assertThat(rows)
                .filteredOn("measurement", ListReading.UNCHANGED)
                .hasSize(3)
                .allSatisfy(row -> assertThat(row.get("requests_per_second").isEmpty())
                        .isEqualTo(row.get("note").startsWith("not measured: ")));
        assertThat(one(rows, ListReading.LIMIT).get("statements_per_request")).isEqualTo("1.00");
        assertThat(one(rows, ListReading.LIMIT).get("note")).isEqualTo("the service's statement");
        if (Pgbench.find().isPresent()) {
            assertThat(rows)
                    .filteredOn("measurement", ListReading.PGBENCH)
                    .hasSize(1)
                    .allSatisfy(BenchIT::isMeasured)
                    .allSatisfy(
                            row -> assertThat(row.get("statements_per_request")).isEqualTo("1.00"));
        } else {
            assertThat(one(rows, ListReading.PGBENCH).get("note")).startsWith("not measured: there is no pgbench");
        }
        for (String lazy : List.of(ListReading.LAZY, ListReading.LAZY_HTTP, PoolUse.LAZY)) {
            assertThat(one(rows, lazy).get("statements_per_request")).as(lazy).isEqualTo("101");
        }
        assertThat(Double.parseDouble(one(rows, ListReading.UNCACHED).get("application_resident_mb")))
                .isGreaterThan(50);
        assertThat(rows)
                .filteredOn("group", "indexes")
                .hasSize(3 * ManagedIndexes.DEFINITIONS.size())
                .allSatisfy(BenchIT::isMeasured);
        assertThat(rows)
                .filteredOn("group", "ingestion")
                .hasSize(2 * Ingestion.Kind.values().length)
                .allSatisfy(BenchIT::isMeasured);
        assertThat(rows).filteredOn("group", "depth").hasSize(2).allSatisfy(BenchIT::isMeasured);
        assertThat(rows).filteredOn("group", "analytics").hasSize(4).allSatisfy(BenchIT::isMeasured);
        assertThat(rows).filteredOn("group", "growth").hasSize(2).allSatisfy(BenchIT::isMeasured);
        assertThat(one(rows, PoolUse.NAME).get("note")).contains("utilization");
        assertThat(one(rows, PoolUse.LAZY).get("note")).contains("utilization");
        assertThat(read(out.resolve("targets.csv")))
                .filteredOn(target -> !target.get("goal").isEmpty())
                .extracting(target -> target.get("verdict"))
                .isNotEmpty()
                .isSubsetOf("met", "missed", "not measured");
        assertThat(bench.output()).contains("Targets, within this run", Files.readString(out.resolve("bench.txt")));
        assertThat(out.resolve("bench.svg")).content().startsWith("<svg ").endsWith("</svg>\n");
    }

    @Test
    void aDirectoryIsFilledOnceAndNeverInPlaceOfAnothersDatabase() throws Exception {
        Path data = directory.resolve("data");
        String[] arguments = Stream.concat(
                        Stream.of("bench", "--only", "indexes", "--data", data.toString(), "--out", data.toString()),
                        TINY.stream())
                .toArray(String[]::new);

        assertThat(Jar.run(Map.of(), arguments).output()).contains("vacuum and analyze");
        assertThat(Jar.run(Map.of(), arguments).output())
                .contains("found filled")
                .doesNotContain("vacuum and analyze");

        Files.delete(data.resolve("all").resolve("bench.properties"));
        Jar.Finished refused = Jar.run(Map.of(), arguments);
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.output()).contains("holds a database that no bench has filled");
    }

    private static void isMeasured(Map<String, String> row) {
        assertThat(Double.parseDouble(row.get("requests_per_second")))
                .as(row.toString())
                .isPositive();
        assertThat(Double.parseDouble(row.get("p50_ms"))).isLessThanOrEqualTo(Double.parseDouble(row.get("p99_ms")));
        assertThat(Integer.parseInt(row.get("requests"))).isGreaterThanOrEqualTo(Alternation.ROUNDS);
    }

    private static Map<String, String> one(List<Map<String, String>> rows, String measurement) {
        return rows.stream()
                .filter(row -> row.get("measurement").equals(measurement))
                .findFirst()
                .orElseThrow();
    }

    /** Commas within quotation marks part no cells. */
    private static List<Map<String, String>> read(Path csv) throws Exception {
        List<List<String>> lines = Files.readAllLines(csv).stream()
                .map(line -> Arrays.stream(line.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1))
                        .map(cell -> cell.replace("\"", ""))
                        .toList())
                .toList();
        List<String> head = lines.get(0);
        return lines.stream()
                .skip(1)
                .map(cells -> {
                    Map<String, String> row = new HashMap<>();
                    IntStream.range(0, head.size()).forEach(column -> row.put(head.get(column), cells.get(column)));
                    return row;
                })
                .toList();
    }
}
