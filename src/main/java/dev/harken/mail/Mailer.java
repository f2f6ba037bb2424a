package dev.harken.mail;

import jakarta.mail.Authenticator;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Properties;

/** Sends plain mails through one SMTP server, each over a connection of its own. Thread-safe. */
public final class Mailer {
    private final Session session;
    private final String from;

    Mailer(MailServer server, String from, Duration timeout) {
        this.session = Session.getInstance(properties(server, timeout), new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                return new PasswordAuthentication(server.user(), server.password());
            }
        });
        this.from = from;
    }

    /**
     * Sends a mail and waits until the server took it.
     *
     * @param at the mail's date
     * @throws MessagingException when it did not within the timeouts of the connection, of an answer and of a write, or
     *     when it refused a receiver
     */
    public void send(List<String> to, String subject, String text, Instant at) throws MessagingException {
        send(new MimeMessage(session), to, subject, text, at);
    }

    /**
     * As {@link #send(List, String, String, Instant)}, with a Message-ID of its own: who gets the mail twice can tell by
     * it.
     *
     * @param key letters, digits, dashes and underscores, the same for the same mail
     */
    public void send(List<String> to, String subject, String text, Instant at, String key) throws MessagingException {
        if (!key.matches("[A-Za-z0-9_-]+")) {
            throw new IllegalArgumentException("a key of other characters would have to be quoted");
        }
        String address = new InternetAddress(from).getAddress();
        String id = "<" + key + address.substring(address.lastIndexOf('@')) + ">";
        MimeMessage mail = new MimeMessage(session) {
            @Override
            protected void updateMessageID() throws MessagingException {
                setHeader("Message-ID", id);
            }
        };
        send(mail, to, subject, text, at);
    }

    private void send(MimeMessage mail, List<String> to, String subject, String text, Instant at)
            throws MessagingException {
        mail.setFrom(new InternetAddress(from));
        for (String receiver : to) {
            mail.addRecipient(Message.RecipientType.TO, new InternetAddress(receiver.strip()));
        }
        // A line break in a header begins another header.
        mail.setSubject(subject.replaceAll("\\R", " "), StandardCharsets.UTF_8.name());
        mail.setText(text, StandardCharsets.UTF_8.name());
        mail.setSentDate(Date.from(at));
        // Else an absent receiver's answering machine writes to a machine.
        mail.setHeader("Auto-Submitted", "auto-generated");
        Transport.send(mail);
    }

    private static Properties properties(MailServer server, Duration timeout) {
        String protocol = server.secure() ? "smtps" : "smtp";
        String prefix = "mail." + protocol + ".";
        String millis = Long.toString(timeout.toMillis());
        Properties properties = new Properties();
        properties.setProperty("mail.transport.protocol", protocol);
        properties.setProperty("mail.transport.protocol.rfc822", protocol);
        properties.setProperty(prefix + "host", server.host());
        properties.setProperty(prefix + "port", Integer.toString(server.port()));
        properties.setProperty(prefix + "auth", Boolean.toString(!server.user().isEmpty()));
        properties.setProperty(prefix + "starttls.enable", "true");
        properties.setProperty(prefix + "starttls.required", Boolean.toString(server.needsTls() && !server.secure()));
        properties.setProperty(prefix + "ssl.checkserveridentity", "true");
        properties.setProperty(prefix + "connectiontimeout", millis);
        properties.setProperty(prefix + "timeout", millis);
        properties.setProperty(prefix + "writetimeout", millis);
        return properties;
    }
}
