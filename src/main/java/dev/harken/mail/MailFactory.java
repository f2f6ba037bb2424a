package dev.harken.mail;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import io.dropwizard.validation.ValidationMethod;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.validation.constraints.NotNull;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** {@code mail} in config.yml. */
public final class MailFactory {
    @NotNull
    private String url = "";

    @NotNull
    private String from = "";

    @NotNull
    @MinDuration(value = 1, unit = TimeUnit.SECONDS)
    @MaxDuration(value = 60, unit = TimeUnit.SECONDS)
    private Duration timeout = Duration.seconds(10);

    @JsonIgnore
    public boolean isConfigured() {
        return !url.isBlank();
    }

    @JsonIgnore
    @ValidationMethod(
            message =
                    "needs a url (SMTP_URL) of the form smtp://user:password@host:587 or smtps://user:password@host:465,"
                            + " with %40 for an @ in the user or the password")
    public boolean isAddressed() {
        return !isConfigured() || MailServer.of(url).isPresent();
    }

    @JsonIgnore
    @ValidationMethod(message = "needs a from (MAIL_FROM) of the form harken@example.com")
    public boolean isSigned() {
        return !isConfigured() || isAddress(from);
    }

    /** Whether mail can be addressed so: {@code name@example.com}. */
    public static boolean isAddress(String text) {
        try {
            InternetAddress address = new InternetAddress(text.strip(), true);
            // The class takes local@ and a bare name too.
            return address.getAddress().matches("[^@\\s]+@[^@\\s]+");
        } catch (AddressException e) {
            return false;
        }
    }

    /** Sends through the server; empty when none is set. Connects with each mail only. */
    public Optional<Mailer> build() {
        return isConfigured()
                ? MailServer.of(url).map(server -> new Mailer(server, from.strip(), timeout.toJavaDuration()))
                : Optional.empty();
    }

    public String getUrl() {
        return url;
    }

    public void setUrl(String url) {
        this.url = url;
    }

    public String getFrom() {
        return from;
    }

    public void setFrom(String from) {
        this.from = from;
    }

    public Duration getTimeout() {
        return timeout;
    }

    public void setTimeout(Duration timeout) {
        this.timeout = timeout;
    }
}
