package dev.harken;

/** Harken cannot start, for a reason that the operator can mend. The message says which, and how. */
final class StartupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartupException(String message) {
        super(message);
    }
}
