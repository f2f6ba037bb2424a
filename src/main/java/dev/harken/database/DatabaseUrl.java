package dev.harken.database;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * Where a PostgreSQL database is, in JDBC's form, with the credentials taken out of the address.
 *
 * <p>Reads the form that hosting providers hand out, {@code postgresql://user:password@host:port/name?sslmode=require}
 * (also {@code postgres://}, and the {@code postgresql+driver://} that Python programs use), and JDBC's own.
 */
public final class DatabaseUrl {
    private static final String JDBC = "jdbc:postgresql:";
    private static final Pattern PROVIDER = Pattern.compile("postgres(?:ql)?(?:\\+[a-z0-9]+)?://.*", Pattern.DOTALL);

    /** A parameter such as {@code sslpassword}, which the driver needs and nobody is to see. */
    private static final Pattern SECRET = Pattern.compile("(?i)([?&][^=&]*(?:password|secret)[^=&]*=)[^&]*");

    private final String jdbcUrl;
    private final Optional<String> user;
    private final Optional<String> password;

    private DatabaseUrl(String jdbcUrl, Optional<String> user, Optional<String> password) {
        this.jdbcUrl = jdbcUrl;
        this.user = user;
        this.password = password;
    }

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException with a message that never repeats the address, since it may hold a password
     */
    public static DatabaseUrl parse(String url) {
        String trimmed = url.strip();
        if (trimmed.startsWith(JDBC)) {
            return parseJdbc(trimmed);
        }
        if (PROVIDER.matcher(trimmed).matches()) {
            return parseProvider(trimmed);
        }
        throw malformed("it must start with postgresql:// or jdbc:postgresql://");
    }

    private static DatabaseUrl parseProvider(String url) {
        URI uri;
        try {
            uri = new URI("postgresql" + url.substring(url.indexOf("://")));
        } catch (URISyntaxException e) {
            throw malformed("a character at position " + e.getIndex()
                    + " must be percent-encoded (a password often holds one; DATABASE_PASSWORD takes it as it is)");
        }
        String authority = uri.getRawAuthority();
        if (authority == null || uri.getRawPath() == null || uri.getRawPath().length() < 2) {
            throw malformed("it needs a host and a database name: postgresql://user:password@host:5432/name");
        }
        String rest = uri.getRawPath() + (uri.getRawQuery() == null ? "" : uri.getRawQuery());
        if (rest.contains("@")) {
            // The credentials hold a / or ? as it is: what was read as the host would show a part of them.
            throw malformed("a / or ? before an @ must be percent-encoded as %2F or %3F, and an @ after the host as %40"
                    + " (DATABASE_PASSWORD takes a password as it is)");
        }
        int at = authority.lastIndexOf('@');
        Optional<String> user = Optional.empty();
        Optional<String> password = Optional.empty();
        if (at >= 0) {
            String[] credentials = authority.substring(0, at).split(":", 2);
            user = Optional.of(decode(credentials[0])).filter(name -> !name.isEmpty());
            password = credentials.length == 2 ? Optional.of(decode(credentials[1])) : Optional.empty();
        }
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return new DatabaseUrl(JDBC + "//" + authority.substring(at + 1) + uri.getRawPath() + query, user, password);
    }

    private static DatabaseUrl parseJdbc(String url) {
        if (url.contains("@")) {
            throw malformed(
                    "jdbc:postgresql:// takes no user:password@ before the host, and an @ elsewhere as %40; write"
                            + " postgresql://user:password@host:5432/name, or set DATABASE_USER and DATABASE_PASSWORD");
        }
        int question = url.indexOf('?');
        if (question < 0) {
            return new DatabaseUrl(url, Optional.empty(), Optional.empty());
        }
        Optional<String> user = Optional.empty();
        Optional<String> password = Optional.empty();
        List<String> rest = new ArrayList<>();
        for (String parameter : url.substring(question + 1).split("&", -1)) {
            if (parameter.startsWith("user=")) {
                user = Optional.of(decode(parameter.substring("user=".length())));
            } else if (parameter.startsWith("password=")) {
                password = Optional.of(decode(parameter.substring("password=".length())));
            } else if (!parameter.isEmpty()) {
                rest.add(parameter);
            }
        }
        String query = rest.isEmpty() ? "" : "?" + String.join("&", rest);
        return new DatabaseUrl(url.substring(0, question) + query, user, password);
    }

    private static String decode(String text) {
        try {
            // A plus sign stands for itself in the user part of an address; only forms read it as a blank.
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw malformed("a % in it is not followed by two hexadecimal digits (write %25 for the sign itself)");
        }
    }

    private static IllegalArgumentException malformed(String why) {
        return new IllegalArgumentException("the database's address cannot be read: " + why);
    }

    /** The address for the driver, without user and password; its parameters may hold other secrets. */
    public String jdbcUrl() {
        return jdbcUrl;
    }

    /** Whether the server is called by a name of this machine itself; it may then still run in a container. */
    public boolean isLoopback() {
        Properties parsed = Driver.parseURL(jdbcUrl, new Properties());
        if (parsed == null) {
            return false;
        }
        return Arrays.stream(PGProperty.PG_HOST.getOrDefault(parsed).split(",", -1))
                .allMatch(host -> host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]"));
    }

    public Optional<String> user() {
        return user;
    }

    public Optional<String> password() {
        return password;
    }

    /** The address without any secret: safe to show. */
    @Override
    public String toString() {
        return SECRET.matcher(jdbcUrl).replaceAll("$1…");
    }
}
