package dev.harken.console.doctor;

import dev.harken.database.insight.Finding;
import dev.harken.database.insight.Severity;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Objects;

/** Why a database cannot be looked at, as a finding that says what to do. */
final class Unreachable {
    private Unreachable() {}

    static Finding because(SQLException failure) {
        String message = Objects.requireNonNullElse(failure.getMessage(), "it does not say why");
        return because("The database cannot be used: " + message.strip(), remedy(failure));
    }

    static Finding because(String what, String remedy) {
        return Finding.of(Severity.CRITICAL, "unreachable", "", what)
                .because(
                        "Nothing can be said about a database that does not answer, and Harken does not run without it.")
                .mendedBy(remedy);
    }

    /** By PostgreSQL's classes of SQLSTATE. */
    private static String remedy(SQLException failure) {
        String state = Objects.requireNonNullElse(failure.getSQLState(), "");
        if (state.startsWith("28")) {
            return "Check database.user and database.password (DATABASE_USER, DATABASE_PASSWORD), or those in"
                    + " database.url (DATABASE_URL), and pg_hba.conf on the server.";
        }
        if (state.equals("42501")) {
            return "Grant the user what the message names; to look at the database it needs: grant connect on database …"
                    + " to …; grant pg_monitor to …";
        }
        if (failure.getCause() instanceof UnknownHostException) {
            return "Check the host's name in database.url (DATABASE_URL): no address is known for it.";
        }
        if (state.startsWith("3D")) {
            return "Check the database's name in database.url (DATABASE_URL), or make the database.";
        }
        if (state.equals("53300")) {
            return "End sessions that are not needed, or raise max_connections.";
        }
        if (state.startsWith("57P")) {
            return "The server is starting or stopping: try again in a moment.";
        }
        return "Check that the server runs, that its address in database.url (DATABASE_URL) is right, and that no"
                + " firewall is in between.";
    }
}
