package dev.harken.console.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Without login, answers only to names of this machine. A page anywhere can have its own name point to 127.0.0.1 (DNS
 * rebinding) and would then read the console as its own.
 */
final class HostFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final int MISDIRECTED = 421;
    private static final Pattern HOST = Pattern.compile("(\\[[0-9a-f:.]+]|[^:\\[\\]]+)(?::\\d{1,5})?");
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[(?:::1|0:0:0:0:0:0:0:1)]");

    private final transient Refusal refusal;
    private final transient Set<String> names;

    HostFilter(Refusal refusal, Set<String> names) {
        this.refusal = refusal;
        this.names = names;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        // The name in the request line too, which takes precedence where a client sends both.
        Stream<String> called = Stream.concat(
                Collections.list(request.getHeaders("Host")).stream(), Stream.of(request.getServerName()));
        if (called.allMatch(this::isOurs)) {
            chain.doFilter(request, response);
        } else {
            refusal.send(
                    request,
                    response,
                    MISDIRECTED,
                    "The console answers to localhost only. Call it by that name, add this one to console.hosts,"
                            + " or have administrators sign in (CONSOLE_LOGIN=true).");
        }
    }

    private boolean isOurs(String header) {
        Matcher host = HOST.matcher(header.toLowerCase(Locale.ROOT));
        if (!host.matches()) {
            // getServerName may give an IPv6 address bare.
            return LOOPBACK.matcher("[" + header + "]").matches();
        }
        return LOOPBACK.matcher(host.group(1)).matches() || names.contains(host.group(1));
    }
}
