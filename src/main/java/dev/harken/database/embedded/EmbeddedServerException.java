package dev.harken.database.embedded;

/** The embedded PostgreSQL cannot be used. The message is for the operator: what happened, to what, and what to do. */
public final class EmbeddedServerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EmbeddedServerException(String message) {
        super(message);
    }

    EmbeddedServerException(String message, Throwable cause) {
        super(message, cause);
    }
}
