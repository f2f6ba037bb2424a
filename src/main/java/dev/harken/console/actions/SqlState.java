package dev.harken.console.actions;

import java.sql.SQLException;

/** PostgreSQL's code for what went wrong. */
final class SqlState {
    static final String INSUFFICIENT_PRIVILEGE = "42501";
    static final String NOT_IN_PREREQUISITE_STATE = "55000";

    private SqlState() {}

    /** The code of the failure's innermost SQL error; empty text when there is none. */
    static String of(Throwable failure) {
        String state = "";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                state = sql.getSQLState();
            }
        }
        return state;
    }
}
