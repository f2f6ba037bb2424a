package dev.harken;

import dev.harken.bench.Bench;
import dev.harken.bench.Group;
import dev.harken.bench.Options;
import dev.harken.bench.Size;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.logging.common.DefaultLoggingFactory;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

/**
 * {@code bench}: measures Harken on this machine, over a PostgreSQL and a filling of its own. The operator's database
 * is not touched. Its standard output is the report; the exit code is 0 unless it could not measure, whatever came out.
 */
final class BenchCommand extends ReportingCommand {
    private static final int COULD_NOT_MEASURE = 1;

    /** What leaves room for PostgreSQL on a droplet of 2 GB: src/site/markdown/performance.md says what it is worth. */
    private static final String DROPLET = "-Xmx120m -Xmn36m -Xss512k -XX:+UseSerialGC -XX:ReservedCodeCacheSize=64m"
            + " -XX:TrimNativeHeapInterval=10000"
            + " -XX:+UseTransparentHugePages";

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    BenchCommand() {
        super("bench", "Fills a database of its own and measures Harken and PostgreSQL side by side");
    }

    @Override
    public void configure(Subparser subparser) {
        subparser.addArgument("file").nargs("?").help("configuration file of the Harken that is measured");
        subparser
                .addArgument("--seconds")
                .type(Double.class)
                .setDefault(3.0)
                .help("how long each measurement counts (default 3)");
        count(subparser, "clients", Size.DEFAULT.clients());
        count(subparser, "posts", Size.DEFAULT.posts());
        count(subparser, "responses", Size.DEFAULT.responses());
        count(subparser, "events", Size.DEFAULT.events());
        subparser
                .addArgument("--only")
                .metavar("GROUPS")
                .setDefault("")
                .help("some of " + Group.words() + ", by commas (default all)");
        subparser.addArgument("--out").metavar("DIR").help("where the report goes (default ./bench-<time>)");
        subparser
                .addArgument("--data")
                .metavar("DIR")
                .help("keeps the filled databases there, and takes those that are there (default a temporary one)");
        subparser
                .addArgument("--redis")
                .metavar("URL")
                .setDefault("")
                .help(
                        "keeps the answers there (default in the process); whatever it held of a Harken is outdated then");
        subparser
                .addArgument("--java-options")
                .dest("java")
                .metavar("OPTIONS")
                .setDefault(DROPLET)
                .help("of the Harken that is measured, by blanks (default " + DROPLET + ")");
    }

    private static void count(Subparser subparser, String rows, int usual) {
        subparser
                .addArgument("--" + rows)
                .type(Integer.class)
                .metavar("N")
                .setDefault(usual)
                .help("to fill in (default " + usual + ")");
    }

    @Override
    public void run(Bootstrap<?> bootstrap, Namespace namespace) throws CommandExit {
        try {
            measure(bootstrap, namespace);
        } catch (Exception e) {
            throw new CommandExit(COULD_NOT_MEASURE, e);
        }
    }

    private void measure(Bootstrap<?> bootstrap, Namespace namespace) throws Exception {
        Options options = options(namespace, configuration(bootstrap, namespace.getString("file")));
        DefaultLoggingFactory logging = loggingToStandardError(Map.of());
        logging.configure(
                bootstrap.getMetricRegistry(), bootstrap.getApplication().getName());
        try {
            new Bench(options, System.err).run(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        } finally {
            logging.stop();
        }
    }

    private Options options(Namespace namespace, HarkenConfiguration configuration) {
        return new Options(
                Duration.ofMillis(Math.round(1000 * namespace.getDouble("seconds"))),
                new Size(
                        namespace.getInt("clients"),
                        namespace.getInt("posts"),
                        namespace.getInt("responses"),
                        namespace.getInt("events")),
                Group.parse(namespace.getString("only")),
                directory(namespace, "out").orElseGet(BenchCommand::usualOut),
                directory(namespace, "data"),
                Optional.ofNullable(namespace.getString("file")).map(Path::of),
                namespace.getString("redis"),
                HarkenApplication.class.getName(),
                Stream.of(namespace.getString("java").split("\\s+", -1))
                        .filter(option -> !option.isEmpty())
                        .toList(),
                configuration.getDatabase().getEmbedded().getSettings());
    }

    private static Optional<Path> directory(Namespace namespace, String name) {
        return Optional.ofNullable(namespace.getString(name))
                .map(path -> Path.of(path).toAbsolutePath().normalize());
    }

    private static Path usualOut() {
        return Path.of("bench-" + TIME.format(Instant.now())).toAbsolutePath().normalize();
    }
}
