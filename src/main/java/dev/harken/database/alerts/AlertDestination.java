package dev.harken.database.alerts;

/**
 * Where alerts are told. It is called from one thread, for one change after the other; whatever it throws is logged and
 * keeps no other destination from being told.
 */
public interface AlertDestination {
    /** The name, for the log: {@code webhook}. */
    String name();

    /** Tells of an alert that fired, that changed its level, or that is resolved. */
    void tell(Alert alert) throws Exception;
}
