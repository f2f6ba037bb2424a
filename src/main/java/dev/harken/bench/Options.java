package dev.harken.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is to be measured, and with what.
 *
 * @param measured how long each measurement counts, all its rounds together
 * @param out the directory that the report is written to; made when absent
 * @param data a directory that the filled databases are kept in and found again; empty: a temporary one
 * @param configuration the config.yml that the measured Harken reads; empty: its defaults
 * @param redis the address of a Redis that keeps the answers; empty: they are kept in the process
 * @param mainClass Harken's
 * @param javaOptions of the measured Harken
 * @param serverSettings PostgreSQL's own settings that differ, as {@code database.embedded.settings} has them
 */
public record Options(
        Duration measured,
        Size size,
        Set<Group> groups,
        Path out,
        Optional<Path> data,
        Optional<Path> configuration,
        String redis,
        String mainClass,
        List<String> javaOptions,
        Map<String, String> serverSettings) {
    public Options {
        if (measured.isNegative() || measured.isZero()) {
            throw new IllegalArgumentException("--seconds: a measurement needs some time, more than 0 seconds");
        }
        groups = Set.copyOf(groups);
        javaOptions = List.copyOf(javaOptions);
        serverSettings = Map.copyOf(serverSettings);
    }

    /** The same, but for the options of the measured Harken's JVM. */
    Options withJavaOptions(List<String> others) {
        return new Options(measured, size, groups, out, data, configuration, redis, mainClass, others, serverSettings);
    }
}
