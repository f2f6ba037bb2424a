package dev.harken.database.embedded;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The server's settings: postgresql.conf as Harken writes it at each start, and the options that stand above it. */
final class ServerSettings {
    /** What durability, access and the finding of our own server rest on. */
    private static final Map<String, String> FIXED = Map.of(
            "listen_addresses", "127.0.0.1",
            // No socket: it would need a directory with a short path, and TCP with a password serves everybody.
            "unix_socket_directories", "",
            "fsync", "on",
            "full_page_writes", "on",
            "synchronous_commit", "on");

    private static final Set<String> RESERVED = Set.of(
            "port",
            "data_directory",
            "hba_file",
            "ident_file",
            "config_file",
            "external_pid_file",
            "include",
            "include_if_exists",
            "include_dir",
            "logging_collector",
            "log_destination",
            "log_directory",
            "log_filename",
            "log_rotation_age",
            "log_rotation_size",
            "password_encryption");

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.]*");

    private static final List<Setting> DEFAULTS = List.of(
            new Setting("max_connections", "60", "the pool of 20, a second Harken, migrations, psql and a backup"),
            new Setting("shared_buffers", "128MB", "a 2 GB droplet also holds the JVM and the page cache"),
            new Setting("effective_cache_size", "768MB", "what the page cache may be expected to hold"),
            new Setting("work_mem", "8MB", "per sort or hash; 20 connections with two each stay below 400 MB"),
            new Setting("maintenance_work_mem", "64MB", "index builds and vacuum"),
            new Setting("autovacuum_max_workers", "2", "few tables, few cores"),
            new Setting("max_parallel_workers_per_gather", "1", "two cores: a second worker only takes from others"),
            new Setting("random_page_cost", "1.1", "droplets have SSDs"),
            new Setting("jit", "off", "short statements pay more for the compiler than they gain"),
            new Setting("wal_compression", "on", "full pages make most of the log; a little CPU saves the disk"),
            new Setting("max_wal_size", "512MB", "bounds the disk that the write-ahead log takes"),
            new Setting("min_wal_size", "64MB", "bounds what an idle server keeps"),
            new Setting("shared_preload_libraries", "pg_stat_statements", "the slow-query pages read it"),
            new Setting("pg_stat_statements.max", "2000", "more kinds of statement than Harken has"),
            new Setting("track_io_timing", "on", "tells slow disks from slow plans"),
            new Setting("log_lock_waits", "on", "names who waited for whom"),
            new Setting("log_temp_files", "10MB", "sorts that outgrew work_mem"),
            new Setting("log_min_duration_statement", "1s", "slow statements, without their parameters"),
            new Setting("log_parameter_max_length", "0", "parameters hold users' text"),
            new Setting("log_parameter_max_length_on_error", "0", "parameters hold users' text"),
            new Setting("log_line_prefix", "%m [%p] %q%u@%d %a ", "when, who, which program"),
            new Setting("idle_in_transaction_session_timeout", "5min", "a forgotten psql must not stop vacuum"),
            new Setting("log_timezone", "UTC", "as Harken's own log"),
            new Setting("timezone", "UTC", "times are stored and shown in UTC"));

    private final Map<String, String> overrides;

    private ServerSettings(Map<String, String> overrides) {
        this.overrides = overrides;
    }

    /** @throws EmbeddedServerException if a setting is reserved or cannot be one */
    static ServerSettings with(Map<String, String> overrides) {
        Map<String, String> sorted = new TreeMap<>();
        overrides.forEach((written, value) -> {
            String name = written.toLowerCase(Locale.ROOT);
            if (!NAME.matcher(name).matches()) {
                throw new EmbeddedServerException("database.embedded.settings: \"" + written
                        + "\" is not the name of a PostgreSQL setting; take it out");
            }
            if (FIXED.containsKey(name) || RESERVED.contains(name)) {
                throw new EmbeddedServerException("database.embedded.settings: " + name
                        + " cannot be changed, durability, access or the log's bounds rest on it; take it out"
                        + (name.equals("port") ? " and set database.embedded.port" : ""));
            }
            if (value.chars().anyMatch(Character::isISOControl)) {
                throw new EmbeddedServerException(
                        "database.embedded.settings: the value of " + name + " holds a control character");
            }
            sorted.put(name, value);
        });
        return new ServerSettings(sorted);
    }

    /** postgresql.conf, whole. The log goes to the given directory, in files that {@link ServerLog} bounds. */
    String configurationFile(Path logDirectory) {
        List<String> lines = new ArrayList<>();
        lines.add("# Written by Harken at each start. Change database.embedded.settings in config.yml instead.");
        Map<String, String> left = new TreeMap<>(overrides);
        for (Setting setting : DEFAULTS) {
            String override = left.remove(setting.name());
            lines.add("# " + setting.why());
            lines.add(line(setting.name(), override == null ? setting.value() : override));
        }
        lines.add("# from config.yml");
        left.forEach((name, value) -> lines.add(line(name, value)));
        lines.add("# a bounded log");
        lines.add(line("logging_collector", "on"));
        lines.add(line("log_destination", "stderr"));
        lines.add(line("log_directory", logDirectory.toString()));
        lines.add(line("log_filename", ServerLog.FILE_NAME));
        lines.add(line("log_rotation_age", "0"));
        lines.add(line("log_rotation_size", ServerLog.FILE_MEGABYTES + "MB"));
        lines.add("# no access without a password");
        lines.add(line("password_encryption", "scram-sha-256"));
        FIXED.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(fixed -> lines.add(line(fixed.getKey(), fixed.getValue())));
        return String.join("\n", lines) + "\n";
    }

    /** The fixed settings once more as options: those win over what {@code alter system} may have written. */
    static String commandLine(int port) {
        StringBuilder options = new StringBuilder("-p ").append(port);
        FIXED.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(fixed -> options.append(" -c ")
                .append(fixed.getKey())
                .append('=')
                .append(fixed.getValue()));
        return options.toString();
    }

    private static String line(String name, String value) {
        return name + " = '" + value.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    private record Setting(String name, String value, String why) {}
}
