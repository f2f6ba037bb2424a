package dev.harken.database.alerts;

import java.time.temporal.ChronoUnit;

/**
 * An alert in words.
 *
 * @param subject a line
 * @param sentence what was seen, or since when it is over
 * @param body the whole of it, in lines
 */
record AlertText(String subject, String sentence, String body) {
    static AlertText of(Alert alert) {
        String title = alert.signal().title();
        String subject = alert.isActive()
                ? "Harken " + alert.process() + ": " + title + " is "
                        + alert.level().label()
                : "Harken " + alert.process() + ": " + title + " is no longer "
                        + alert.level().label();
        String sentence = alert.isActive()
                ? alert.reason() + "."
                : "It was over at " + alert.resolvedAt().truncatedTo(ChronoUnit.SECONDS) + ".";
        String body =
                """
                %s

                signal:   %s
                level:    %s
                process:  %s
                began:    %s
                alerted:  %s
                resolved: %s

                %s

                The overview page of the console, on the admin port, shows what to do about it.
                """
                        .formatted(
                                subject,
                                alert.signal().label(),
                                alert.level().label(),
                                alert.process(),
                                alert.beganAt().truncatedTo(ChronoUnit.SECONDS),
                                alert.firedAt().truncatedTo(ChronoUnit.SECONDS),
                                alert.isActive()
                                        ? "not yet"
                                        : alert.resolvedAt()
                                                .truncatedTo(ChronoUnit.SECONDS)
                                                .toString(),
                                alert.reason() + ".");
        return new AlertText(subject, sentence, body);
    }
}
