package dev.harken;

import com.codahale.metrics.MetricRegistry;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.harken.console.doctor.Diagnosis;
import dev.harken.console.doctor.Doctor;
import dev.harken.console.doctor.PlainReport;
import dev.harken.database.DatabaseFactory;
import dev.harken.database.Host;
import dev.harken.database.embedded.EmbeddedServer;
import dev.harken.database.embedded.EmbeddedServerException;
import dev.harken.database.embedded.RunningServer;
import dev.harken.database.insight.Examiner;
import dev.harken.http.ApiJson;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.db.ManagedDataSource;
import io.dropwizard.logging.common.DefaultLoggingFactory;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import net.sourceforge.argparse4j.impl.Arguments;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import org.jdbi.v3.core.Jdbi;

/**
 * {@code doctor}: what the console finds out, from the shell. Its standard output is the report and nothing else, and
 * its exit code is 0, 1 or 2 by the worst finding; 2 also when it could not look.
 */
final class DoctorCommand extends ReportingCommand {
    private static final int COULD_NOT_LOOK = 2;

    private final PrintWriter out;

    DoctorCommand() {
        this(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    }

    DoctorCommand(PrintWriter out) {
        super("doctor", "Looks at the database and the Harken processes over it, and says what to do");
        this.out = out;
    }

    @Override
    public void configure(Subparser subparser) {
        // Needed: the environment's settings come in through it.
        subparser.addArgument("file").help("application configuration file");
        subparser.addArgument("--json").action(Arguments.storeTrue()).help("print one JSON document instead of text");
        subparser
                .addArgument("--changesets")
                .action(Arguments.storeTrue())
                .help("print the Liquibase changesets that mend findings, too (JSON always has them)");
    }

    @Override
    public void run(Bootstrap<?> bootstrap, Namespace namespace) throws CommandExit {
        int code;
        try {
            code = report(bootstrap, namespace);
        } catch (Exception e) {
            // Not left to Dropwizard, which would end the process with 1: only a warning.
            throw new CommandExit(COULD_NOT_LOOK, e);
        }
        if (code != 0) {
            throw new CommandExit(code);
        }
    }

    private int report(Bootstrap<?> bootstrap, Namespace namespace) throws Exception {
        HarkenConfiguration configuration = configuration(bootstrap, namespace.getString("file"));
        DefaultLoggingFactory logging = logging();
        logging.configure(
                bootstrap.getMetricRegistry(), bootstrap.getApplication().getName());
        try {
            Diagnosis diagnosis = diagnose(configuration);
            out.print(
                    namespace.getBoolean("json")
                            ? json(diagnosis)
                            : PlainReport.of(diagnosis, namespace.getBoolean("changesets")));
            out.flush();
            return diagnosis.exitCode();
        } finally {
            logging.stop();
        }
    }

    private static DefaultLoggingFactory logging() {
        // What these two would log is in the report.
        return loggingToStandardError(Map.of(
                Examiner.class.getName(),
                new TextNode("OFF"),
                "org.apache.tomcat.jdbc.pool.ConnectionPool",
                new TextNode("OFF")));
    }

    private static Diagnosis diagnose(HarkenConfiguration configuration) throws Exception {
        DatabaseFactory database = configuration.getDatabase();
        if (!database.isEmbedded()) {
            return look(database);
        }
        Path data = configuration.dataDirectory();
        try {
            Optional<RunningServer> running = database.getEmbedded().running(data);
            if (running.isPresent()) {
                RunningServer server = running.get();
                database.pointTo(server.jdbcUrl(), server.user(), server.password());
                return look(database);
            }
            try (EmbeddedServer server = database.getEmbedded().start(data)) {
                database.pointTo(server.jdbcUrl(), server.user(), server.password());
                return look(database);
            }
        } catch (EmbeddedServerException e) {
            return Doctor.unreachable("embedded, in " + data, e.getMessage(), "", Clock.systemUTC());
        }
    }

    private static Diagnosis look(DatabaseFactory database) throws Exception {
        Clock clock = Clock.systemUTC();
        String address;
        ManagedDataSource single;
        try {
            address = database.directAddress();
            single = database.beside().build(new MetricRegistry(), "doctor");
        } catch (IllegalArgumentException e) {
            return Doctor.unreachable(
                    "unknown", e.getMessage(), "Mend database.url (DATABASE_URL) in the configuration.", clock);
        }
        try {
            Examiner examiner = Examiner.of(
                    Jdbi.create(single),
                    database.getInsight(),
                    () -> database.hostMemory(new Host()),
                    database.getPool().getSize() + database.getPool().getMaxOverflow(),
                    clock);
            return new Doctor(single, address, examiner, ApiJson.mapper(), clock).diagnose();
        } finally {
            single.stop();
        }
    }

    private static String json(Diagnosis diagnosis) throws JsonProcessingException {
        ObjectMapper mapper = ApiJson.mapper();
        return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(diagnosis) + "\n";
    }
}
