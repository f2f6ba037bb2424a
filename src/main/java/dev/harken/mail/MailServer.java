package dev.harken.mail;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An SMTP server's address.
 *
 * @param secure whether TLS begins with the connection (smtps) instead of by STARTTLS
 * @param user empty when the server is used without logging in
 */
record MailServer(String host, int port, boolean secure, String user, String password) {
    private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "[::1]");
    private static final int SUBMISSION = 587;
    private static final int SUBMISSIONS = 465;

    /** The server of {@code smtp://user:password@host:port} or {@code smtps://…}; empty when the text is no such. */
    static Optional<MailServer> of(String text) {
        URI address;
        try {
            address = new URI(text.strip());
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
        String scheme = address.getScheme() == null ? "" : address.getScheme().toLowerCase(Locale.ROOT);
        boolean secure = scheme.equals("smtps");
        String path = address.getRawPath() == null ? "" : address.getRawPath();
        if (!(secure || scheme.equals("smtp"))
                || address.getHost() == null
                || !(path.isEmpty() || path.equals("/"))
                || address.getRawQuery() != null
                || address.getRawFragment() != null) {
            return Optional.empty();
        }
        int port = address.getPort() >= 0 ? address.getPort() : secure ? SUBMISSIONS : SUBMISSION;
        String[] login = (address.getRawUserInfo() == null ? "" : address.getRawUserInfo()).split(":", 2);
        return Optional.of(new MailServer(
                address.getHost(), port, secure, decoded(login[0]), login.length > 1 ? decoded(login[1]) : ""));
    }

    /** Whether a password may not go there in clear text. */
    boolean needsTls() {
        return !user.isEmpty() && !LOOPBACK.contains(host);
    }

    /** The address without credentials. */
    @Override
    public String toString() {
        return (secure ? "smtps://" : "smtp://") + host + ":" + port;
    }

    private static String decoded(String text) {
        // A plus is a plus in this part of an address; only forms have it as a space.
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
