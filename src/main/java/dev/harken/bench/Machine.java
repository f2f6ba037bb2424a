package dev.harken.bench;

import dev.harken.database.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What the numbers were measured on: a line for each part, such as {@code CPU: …}. */
record Machine(List<String> lines) {
    /** Those by which two runs over the same PostgreSQL are most likely to differ. */
    private static final List<String> SETTINGS = List.of(
            "shared_buffers",
            "effective_cache_size",
            "work_mem",
            "fsync",
            "synchronous_commit",
            "full_page_writes",
            "wal_compression",
            "max_wal_size",
            "random_page_cost",
            "jit",
            "max_connections");

    Machine {
        lines = List.copyOf(lines);
    }

    static Machine describe(Connection connection, Size size, List<String> javaOptions) throws SQLException {
        Host host = new Host();
        List<String> settings = new ArrayList<>();
        for (String name : SETTINGS) {
            settings.add(name + " " + Stage.text(connection, "select current_setting('" + name + "')"));
        }
        return new Machine(List.of(
                String.format(
                        Locale.ROOT,
                        "Machine     %d cores, %.1f GB of memory, %s",
                        host.cores(),
                        host.memoryBytes() / (double) (1 << 30),
                        first(Path.of("/proc/cpuinfo"), "model name", ":", System.getProperty("os.arch"))),
                "System      " + first(Path.of("/etc/os-release"), "PRETTY_NAME", "=", "Linux") + ", kernel "
                        + System.getProperty("os.version"),
                "Java        " + Runtime.version() + ", Harken with " + String.join(" ", javaOptions),
                "PostgreSQL  " + Stage.text(connection, "show server_version") + ": " + String.join(", ", settings),
                "Filled with " + size + "; "
                        + Stage.text(connection, "select pg_size_pretty(pg_database_size(current_database()))")));
    }

    private static String first(Path file, String name, String separator, String otherwise) {
        Predicate<String> named = line -> line.startsWith(name);
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(named)
                    .map(line -> line.substring(line.indexOf(separator) + 1)
                            .replace("\"", "")
                            .strip())
                    .findFirst()
                    .orElse(otherwise);
        } catch (IOException e) {
            return otherwise;
        }
    }
}
