package dev.harken;

/** A command has done its work, or told why it could not, and the process is to end with a code other than 0. */
final class CommandExit extends Exception {
    private static final long serialVersionUID = 1L;

    private final int code;

    CommandExit(int code) {
        this(code, null);
    }

    /**
     * An end.
     *
     * @param cause why the command could not do its work; null when it did
     */
    CommandExit(int code, Throwable cause) {
        // Nobody prints this, so it needs no stack trace of its own.
        super("exit code " + code, cause, false, false);
        this.code = code;
    }

    /** As the shell sees it. */
    int code() {
        return code;
    }
}
