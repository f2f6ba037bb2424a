package dev.harken.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The work of pgbench, PostgreSQL's own generator of load, which comes with its server: one statement for a client,
 * prepared, over and over.
 */
final class Pgbench implements Work {
    private static final String NAME = "pgbench";
    private static final int THREADS = 2;
    private static final int GRACE_SECONDS = 60;
    /** It connects anew in each round, and a connection's first executions are planned one by one. */
    private static final Duration LEAST_RUN_IN = Duration.ofSeconds(1);

    private static final Duration LEAST_WINDOW = Duration.ofSeconds(2);
    private static final long MICROS_PER_SECOND = 1_000_000;

    private final Path program;
    private final PGSimpleDataSource server;
    private final String script;
    private final int callers;

    /**
     * @param statement its only parameter is a client's id
     * @param clients the ids that are asked for, from 1
     */
    Pgbench(Path program, Stage stage, String statement, Rotation clients, int callers) {
        this.program = program;
        this.server = stage.source();
        this.script = "\\set client random(1, %d)\n%s;\n"
                .formatted(clients.clients(), statement.replace("?", ":client").strip());
        this.callers = callers;
    }

    /** Where it is, if it is on the path and runs. */
    static Optional<Path> find() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory).resolve(NAME))
                .filter(Files::isExecutable)
                .filter(Pgbench::runs)
                .findFirst();
    }

    /** Debian's package of clients has a command of this name too, which finds nothing to run without the server's. */
    private static boolean runs(Path program) {
        try {
            Process process = new ProcessBuilder(program.toString(), "--version")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                return process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public int callers() {
        return callers;
    }

    @Override
    public Load.Served run(Load load, Duration runIn, Duration window) throws IOException, InterruptedException {
        Duration unmeasured = longer(runIn, LEAST_RUN_IN);
        Path directory = Files.createTempDirectory("harken-pgbench");
        try {
            // It knows whole seconds only.
            long seconds = (long)
                    Math.ceil(unmeasured.plus(longer(window, LEAST_WINDOW)).toNanos() / 1e9);
            send(directory, seconds);
            return served(transactions(directory), unmeasured);
        } finally {
            Bench.delete(directory);
        }
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private void send(Path directory, long seconds) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(
                        program.toString(),
                        "--no-vacuum",
                        "--protocol=prepared",
                        "--client=" + callers,
                        "--jobs=" + Math.min(THREADS, callers),
                        "--time=" + seconds,
                        "--file=" + Files.writeString(directory.resolve("script"), script),
                        "--log",
                        "--log-prefix=" + directory.resolve("log"),
                        "--host=" + server.getServerNames()[0],
                        "--port=" + server.getPortNumbers()[0],
                        "--username=" + server.getUser(),
                        server.getDatabaseName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        // The operator's own settings are for the operator's own server.
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("PGPASSWORD", server.getPassword());
        Process process = builder.start();
        try {
            if (!process.waitFor(seconds + GRACE_SECONDS, TimeUnit.SECONDS)) {
                throw new BenchException(program + " was to run for " + seconds + " s and did not end; it said:\n"
                        + Files.readString(output));
            }
        } finally {
            // Before its files are deleted.
            process.destroyForcibly().waitFor();
        }
        if (process.exitValue() != 0) {
            throw new BenchException(
                    program + " ended with " + process.exitValue() + "; it said:\n" + Files.readString(output));
        }
    }

    /** In a file for each of its threads, a line for each: client, number, time in µs, script, end in s and µs. */
    private static List<Transaction> transactions(Path directory) throws IOException {
        List<Transaction> transactions = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(file -> file.getFileName().toString().startsWith("log."))
                    .toList()) {
                for (String line : Files.readAllLines(file)) {
                    String[] words = line.split(" ", -1);
                    transactions.add(new Transaction(
                            Long.parseLong(words[2]),
                            Long.parseLong(words[4]) * MICROS_PER_SECOND + Long.parseLong(words[5])));
                }
            }
        }
        return transactions;
    }

    private Load.Served served(List<Transaction> transactions, Duration runIn) {
        long from = transactions.stream()
                        .mapToLong(transaction -> transaction.end - transaction.micros)
                        .min()
                        .orElseThrow(() -> new BenchException(program + " sent nothing"))
                + TimeUnit.NANOSECONDS.toMicros(runIn.toNanos());
        List<Transaction> measured = transactions.stream()
                .filter(transaction -> transaction.end > from)
                .toList();
        if (measured.isEmpty()) {
            throw new BenchException(program + " sent all it did within the " + runIn.toMillis()
                    + " ms that are not measured; the machine is too busy to measure on");
        }
        Histogram micros = Load.histogram();
        measured.forEach(transaction -> micros.recordValue(Math.min(transaction.micros, Load.LONGEST_MICROS)));
        long until = measured.stream().mapToLong(Transaction::end).max().orElse(from + 1);
        return new Load.Served(
                measured.size() * (double) MICROS_PER_SECOND / (until - from), micros, transactions.size());
    }

    /**
     * One execution of the statement.
     *
     * @param micros how long it took
     * @param end when it was done, in µs since the epoch
     */
    private record Transaction(long micros, long end) {}
}
