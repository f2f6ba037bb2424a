package dev.harken.console.doctor;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harken.database.alerts.Published;
import dev.harken.database.insight.Examiner;
import dev.harken.database.insight.Finding;
import dev.harken.database.insight.Severity;
import dev.harken.database.migration.Migrations;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** Looks at everything once: the schema, the processes over the database, and the database itself. */
public final class Doctor {
    /** PostgreSQL's SQLSTATE for a missing right. */
    private static final String FORBIDDEN = "42501";

    private final DataSource database;
    private final String address;
    private final Examiner examiner;
    private final ObjectMapper mapper;
    private final Clock clock;

    /**
     * Prepares.
     *
     * @param database gives connections whose statements have a timeout; one at a time is asked for
     * @param address where that is, without credentials
     * @param examiner over the same connections
     * @param mapper the API's
     */
    public Doctor(DataSource database, String address, Examiner examiner, ObjectMapper mapper, Clock clock) {
        this.database = database;
        this.address = address;
        this.examiner = examiner;
        this.mapper = mapper;
        this.clock = clock;
    }

    /** Looks. Never throws: what cannot be read becomes a finding that says so. */
    public Diagnosis diagnose() {
        String version;
        String user;
        try (Connection connection = database.getConnection()) {
            version = connection.getMetaData().getDatabaseProductVersion();
            user = connection.getMetaData().getUserName();
        } catch (SQLException e) {
            return Diagnosis.unreachable(clock.instant(), address, Unreachable.because(e));
        }
        List<Finding> unread = new ArrayList<>();
        return Diagnosis.of(address, version, pending(user, unread), published(user, unread), examiner.examine())
                .with(unread);
    }

    /** What is to be said of a database that cannot even be asked. */
    public static Diagnosis unreachable(String address, String what, String remedy, Clock clock) {
        return Diagnosis.unreachable(clock.instant(), address, Unreachable.because(what, remedy));
    }

    private List<String> pending(String user, List<Finding> unread) {
        try {
            return Migrations.pending(database);
        } catch (SQLException e) {
            unread.add(unknown("applied changesets", "databasechangelog", user, e));
            return List.of();
        }
    }

    private Optional<Published> published(String user, List<Finding> unread) {
        try {
            return Jdbi.create(database).withHandle(handle -> Published.read(handle, mapper));
        } catch (JdbiException e) {
            unread.add(unknown("Harken processes", "processes, alerts", user, e.getCause() == null ? e : e.getCause()));
            return Optional.empty();
        }
    }

    private static Finding unknown(String subject, String tables, String user, Throwable failure) {
        String reason = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        Finding finding = Finding.of(
                        Severity.UNKNOWN, "not_examined", subject, "The " + subject + " could not be read: " + reason)
                .because("What was not read cannot be judged; it may be fine or not.");
        boolean forbidden = failure instanceof SQLException said && FORBIDDEN.equals(said.getSQLState());
        return forbidden
                ? finding.mendedBy("grant select on " + tables + " to \"" + user.replace("\"", "\"\"") + "\";")
                : finding;
    }
}
