package dev.harken.database.embedded;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of the database's files. It appears whole, with its roles and their passwords, or not at all: it is
 * built beside its place and renamed. Callers hold the {@link DataLock}.
 */
final class DataDirectory {
    static final String NAME = "postgresql";
    private static final String BUILD_PREFIX = NAME + ".new-";

    /** PostgreSQL's files take 40 MB when new; the first write-ahead log takes as much again. */
    private static final long BYTES_NEEDED = 256L << 20;

    private static final String ACCESS =
            """
            # Written by Harken at each start: from this machine only, and never without a password.
            host all all 127.0.0.1/32 scram-sha-256
            """;

    private static final Logger LOG = LoggerFactory.getLogger(DataDirectory.class);

    private final Path path;
    private final Credentials credentials;

    private DataDirectory(Path path, Credentials credentials) {
        this.path = path;
        this.credentials = credentials;
    }

    /** Throws when a new database would not fit; passes when there is one already. */
    static void requireSpace(Path harkenData) throws IOException {
        if (Files.exists(harkenData.resolve(NAME))) {
            return;
        }
        long free = Files.getFileStore(harkenData).getUsableSpace();
        if (free < BYTES_NEEDED) {
            throw new EmbeddedServerException("a new database needs " + (BYTES_NEEDED >> 20) + " MB of disk, but "
                    + harkenData + " has " + (free >> 20) + " MB free; make room, or set HARKEN_DATA to another disk");
        }
    }

    /** Opens the directory, or makes it when there is none. */
    static DataDirectory open(Path harkenData, PostgresBinaries binaries) throws IOException {
        deleteUnfinished(harkenData);
        Path path = harkenData.resolve(NAME);
        if (isAbsentOrEmpty(path)) {
            build(harkenData, path, binaries);
        }
        requireOurs(path, binaries);
        return new DataDirectory(path.toRealPath(), Credentials.read(path));
    }

    private static void deleteUnfinished(Path harkenData) throws IOException {
        List<Path> unfinished;
        try (Stream<Path> entries = Files.list(harkenData)) {
            unfinished = entries.filter(entry -> entry.getFileName().toString().startsWith(BUILD_PREFIX))
                    .toList();
        }
        for (Path build : unfinished) {
            LOG.warn("event=embedded_unfinished_database_deleted directory={}", build);
            // The programs that a killed Harken had begun may go on writing for a moment.
            ServerProcesses.in(build.resolve("data")).forEach(ProcessHandle::destroyForcibly);
            try {
                OwnerOnly.deleteTree(build);
            } catch (DirectoryNotEmptyException e) {
                // They still do. The name is never used again; the next start deletes the rest.
                LOG.info("event=embedded_unfinished_database_in_use directory={}", build);
            }
        }
    }

    static boolean isAbsentOrEmpty(Path path) throws IOException {
        if (!Files.exists(path)) {
            return true;
        }
        if (!Files.isDirectory(path)) {
            throw new EmbeddedServerException(
                    path + " is a file where the database's directory should be; move it away, or change HARKEN_DATA");
        }
        try (Stream<Path> entries = Files.list(path)) {
            return entries.findAny().isEmpty();
        }
    }

    private static void requireOurs(Path path, PostgresBinaries binaries) throws IOException {
        Path versionFile = path.resolve("PG_VERSION");
        if (!Files.isRegularFile(versionFile)) {
            throw new EmbeddedServerException("the directory " + path
                    + " is not empty and not a PostgreSQL database; move it away, or change HARKEN_DATA");
        }
        if (!Files.isRegularFile(path.resolve(Credentials.FILE_NAME))) {
            throw new EmbeddedServerException("the database in " + path + " was not made by Harken (it has no "
                    + Credentials.FILE_NAME + "); restore that file from a backup, or set DATABASE_URL to the server of"
                    + " that database, or change HARKEN_DATA");
        }
        String version = Files.readString(versionFile).strip();
        if (!version.equals(Integer.toString(binaries.majorVersion()))) {
            throw new EmbeddedServerException("the database in " + path + " was made by PostgreSQL " + version
                    + ", this Harken brings PostgreSQL " + binaries.majorVersion()
                    + ", which cannot read it; start the Harken it was made with, pg_dump it, move the directory away,"
                    + " start this Harken, and pg_restore it");
        }
    }

    private static void build(Path harkenData, Path path, PostgresBinaries binaries) throws IOException {
        LOG.info("event=embedded_database_create directory={} postgresql={}", path, binaries.version());
        Credentials credentials = Credentials.generate();
        Path build = OwnerOnly.createTemporaryDirectory(harkenData, BUILD_PREFIX);
        Path passwordFile = build.resolve("password");
        OwnerOnly.write(passwordFile, credentials.superuserPassword() + "\n");
        Path data = build.resolve("data");
        // The builtin locale sorts alike on every system, so that an upgrade of the C library breaks no index.
        require(
                harkenData,
                "initdb",
                binaries.run(
                        "initdb",
                        List.of(
                                "--pgdata=" + data,
                                "--username=" + Credentials.SUPERUSER,
                                "--pwfile=" + passwordFile,
                                "--auth=scram-sha-256",
                                "--encoding=UTF8",
                                "--locale=C.UTF-8",
                                "--locale-provider=builtin",
                                "--builtin-locale=C.UTF-8",
                                "--data-checksums",
                                "--no-sync",
                                "--no-instructions"),
                        ""));
        // Without a server: nobody can connect before access is closed, and nothing is left behind when this is killed.
        single(
                harkenData,
                binaries,
                data,
                "postgres",
                """
                create role harken login password '%s';

                grant pg_monitor to harken;

                create database harken owner harken;

                revoke all on database harken from public;

                """
                        .formatted(credentials.password()));
        single(
                harkenData,
                binaries,
                data,
                "harken",
                """
                create extension pg_stat_statements;

                grant execute on function pg_stat_statements_reset to harken;

                """);
        credentials.write(data);
        // All at once: file by file, as the programs above would, takes far longer.
        require(harkenData, "initdb", binaries.run("initdb", List.of("--pgdata=" + data, "--sync-only"), ""));
        // An empty directory in the way is replaced.
        Files.deleteIfExists(path);
        OwnerOnly.move(data, path);
        OwnerOnly.deleteTree(build);
    }

    private static void single(Path harkenData, PostgresBinaries binaries, Path data, String database, String sql)
            throws IOException {
        require(
                harkenData,
                "postgres --single",
                binaries.run(
                        "postgres",
                        List.of(
                                "--single",
                                "-j",
                                "-D",
                                data.toString(),
                                "-c",
                                "exit_on_error=on",
                                "-c",
                                "fsync=off",
                                database),
                        sql));
    }

    private static void require(Path harkenData, String program, PostgresBinaries.Result result) {
        if (result.exitCode() != 0) {
            throw new EmbeddedServerException("the database in " + harkenData + " could not be made, " + program
                    + " failed" + advice(harkenData, result.output()).orElse("") + ":\n"
                    + result.output().strip());
        }
    }

    /** What to do about a failure whose cause PostgreSQL names. */
    static Optional<String> advice(Path directory, String output) {
        if (output.contains("No space left on device")) {
            return Optional.of(" because the disk of " + directory + " is full; make room and start again");
        }
        if (output.contains("Read-only file system") || output.contains("Permission denied")) {
            return Optional.of(" because files under " + directory
                    + " cannot be used by this user; give it them (chown -R), or change HARKEN_DATA");
        }
        return Optional.empty();
    }

    /** Whether the server that runs was started with these settings. */
    boolean isConfigured(String configuration) throws IOException {
        Path file = path.resolve("postgresql.conf");
        return Files.exists(file) && Files.readString(file).equals(configuration);
    }

    void configure(String configuration) throws IOException {
        OwnerOnly.write(path.resolve("postgresql.conf"), configuration);
        OwnerOnly.write(path.resolve("pg_hba.conf"), ACCESS);
    }

    Path path() {
        return path;
    }

    Credentials credentials() {
        return credentials;
    }
}
