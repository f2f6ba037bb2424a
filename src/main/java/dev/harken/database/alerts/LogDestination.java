package dev.harken.database.alerts;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells alerts to the log: that one began or changed as a warning, that it is over as information. */
final class LogDestination implements AlertDestination {
    private static final Logger LOG = LoggerFactory.getLogger("dev.harken.alerts");

    @Override
    public String name() {
        return "log";
    }

    @Override
    public void tell(Alert alert) {
        if (alert.isActive()) {
            LOG.warn(
                    "alert: id={} signal={} level={} began_at={} fired_at={} reason=\"{}\"",
                    alert.id(),
                    alert.signal().label(),
                    alert.level().label(),
                    alert.beganAt(),
                    alert.firedAt(),
                    alert.reason());
        } else {
            LOG.info(
                    "alert resolved: id={} signal={} level={} fired_at={} resolved_at={}",
                    alert.id(),
                    alert.signal().label(),
                    alert.level().label(),
                    alert.firedAt(),
                    alert.resolvedAt());
        }
    }
}
