package dev.harken.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What came out, in words and numbers. */
final class Report {
    private static final List<String> COLUMNS = List.of(
            "group",
            "measurement",
            "callers",
            "requests_per_second",
            "p50_ms",
            "p95_ms",
            "p99_ms",
            "statements_per_request",
            "application_cpu_ms_per_request",
            "postgresql_cpu_ms_per_request",
            "application_resident_mb",
            "requests",
            "requests_per_second_by_round",
            "note");

    private final Machine machine;
    private final Results results;
    private final Set<Group> groups;
    private final List<Target> targets;

    Report(Machine machine, Results results, Set<Group> groups) {
        this.machine = machine;
        this.results = results;
        this.groups = EnumSet.copyOf(groups);
        this.targets = Targets.of(results, groups);
    }

    /** Writes {@code bench.txt}, {@code bench.csv}, {@code targets.csv} and {@code bench.svg}. */
    void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("bench.txt"), text());
        Files.write(directory.resolve("bench.csv"), csv(), StandardCharsets.UTF_8);
        Files.write(directory.resolve("targets.csv"), targetsCsv(), StandardCharsets.UTF_8);
        Files.writeString(directory.resolve("bench.svg"), Chart.of(machine, results, groups));
    }

    String text() {
        StringBuilder text = new StringBuilder();
        machine.lines().forEach(line -> text.append(line).append('\n'));
        for (Group group : groups) {
            text.append('\n')
                    .append(group.word())
                    .append(": ")
                    .append(group.title())
                    .append("\n\n");
            text.append(table(group));
        }
        text.append("\nTargets, within this run\n\n").append(targetTable());
        return text.toString();
    }

    private TextTable table(Group group) {
        TextTable table = new TextTable(
                "measurement",
                "callers",
                "req/s",
                "p50 ms",
                "p95 ms",
                "p99 ms",
                "stmts",
                "app CPU ms",
                "PG CPU ms",
                "RSS MB",
                "note");
        of(group)
                .forEach(measurement -> table.row(List.of(
                        measurement.name(),
                        Integer.toString(measurement.callers()),
                        Numbers.of(measurement.perSecond()),
                        Numbers.of(measurement.millis(50)),
                        Numbers.of(measurement.millis(95)),
                        Numbers.of(measurement.millis(99)),
                        Numbers.of(measurement.statements()),
                        Numbers.of(measurement.applicationMillis()),
                        Numbers.of(measurement.postgresMillis()),
                        Numbers.of(Numbers.megabytes(measurement.residentBytes())),
                        measurement.note())));
        return table;
    }

    private List<Measurement> of(Group group) {
        return results.measurements().stream()
                .filter(measurement -> measurement.group() == group)
                .toList();
    }

    private TextTable targetTable() {
        TextTable table = new TextTable("target", "goal", "measured", "unit", "verdict");
        targets.forEach(target -> table.row(
                List.of(target.what(), target.goal(), Numbers.of(target.value()), target.unit(), target.verdict())));
        return table;
    }

    private List<String> csv() {
        List<String> lines = new ArrayList<>(List.of(String.join(",", COLUMNS)));
        results.measurements().stream()
                .map(measurement -> line(List.of(
                        measurement.group().word(),
                        measurement.name(),
                        Integer.toString(measurement.callers()),
                        Numbers.of(measurement.perSecond()),
                        Numbers.of(measurement.millis(50)),
                        Numbers.of(measurement.millis(95)),
                        Numbers.of(measurement.millis(99)),
                        Numbers.of(measurement.statements()),
                        Numbers.of(measurement.applicationMillis()),
                        Numbers.of(measurement.postgresMillis()),
                        Numbers.of(Numbers.megabytes(measurement.residentBytes())),
                        Long.toString(measurement.calls()),
                        measurement.rounds().stream()
                                .map(round -> Numbers.of(round.served().perSecond()))
                                .collect(Collectors.joining(" ")),
                        measurement.note())))
                .forEach(lines::add);
        return lines;
    }

    private List<String> targetsCsv() {
        List<String> lines = new ArrayList<>(List.of("target,goal,measured,unit,verdict"));
        targets.forEach(target -> lines.add(line(
                List.of(target.what(), target.goal(), Numbers.of(target.value()), target.unit(), target.verdict()))));
        return lines;
    }

    private static String line(List<String> cells) {
        return cells.stream().map(Report::quoted).collect(Collectors.joining(","));
    }

    /** As RFC 4180 has it. */
    private static String quoted(String cell) {
        return cell.matches("(?s).*[\",\n].*") ? "\"" + cell.replace("\"", "\"\"") + "\"" : cell;
    }
}
