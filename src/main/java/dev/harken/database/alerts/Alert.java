package dev.harken.database.alerts;

import dev.harken.database.Level;
import java.time.Instant;
import java.util.UUID;

/**
 * A level that lasted.
 *
 * @param process the Harken process that saw it
 * @param level the level now, or the last one when it is resolved
 * @param beganAt since when the signal had been too high when the alert fired
 * @param resolvedAt null while the level lasts
 * @param reason what was seen, with its numbers
 */
public record Alert(
        UUID id,
        String process,
        Signal signal,
        Level level,
        Instant beganAt,
        Instant firedAt,
        Instant resolvedAt,
        String reason) {

    public boolean isActive() {
        return resolvedAt == null;
    }

    Alert at(Level other, String why) {
        return new Alert(id, process, signal, other, beganAt, firedAt, null, why);
    }

    Alert resolved(Instant at) {
        return new Alert(id, process, signal, level, beganAt, firedAt, at, reason);
    }
}
