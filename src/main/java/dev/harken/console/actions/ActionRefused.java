package dev.harken.console.actions;

/** An action was asked for that cannot be done so. The message says why, and what to do. */
final class ActionRefused extends Exception {
    private static final long serialVersionUID = 1L;

    ActionRefused(String message) {
        super(message);
    }
}
