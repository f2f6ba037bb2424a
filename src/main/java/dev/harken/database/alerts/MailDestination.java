package dev.harken.database.alerts;

import dev.harken.mail.Mailer;
import jakarta.mail.MessagingException;
import java.util.List;

/** Mails each change of an alert. */
final class MailDestination implements AlertDestination {
    private final Mailer mailer;
    private final List<String> receivers;

    MailDestination(Mailer mailer, List<String> receivers) {
        this.mailer = mailer;
        this.receivers = receivers;
    }

    @Override
    public String name() {
        return "mail";
    }

    @Override
    public void tell(Alert alert) throws MessagingException {
        AlertText text = AlertText.of(alert);
        mailer.send(receivers, text.subject(), text.body(), alert.isActive() ? alert.firedAt() : alert.resolvedAt());
    }
}
