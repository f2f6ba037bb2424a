package dev.harken.console.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Keeps other sites from acting with the operator's browser. A request that bears any mark of a browser must come from
 * our own pages and, if it changes something, carry their token. One without such marks is a program's: without login
 * it may act as it is on this machine, with login it came with a token in {@code Authorization}, which no site can add.
 */
final class CsrfFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

    private final transient Refusal refusal;
    private final transient Csrf csrf;

    CsrfFilter(Refusal refusal, Csrf csrf) {
        this.refusal = refusal;
        this.csrf = csrf;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Optional<String> wrong = SAFE.contains(request.getMethod()) ? wrongWithLook(request) : wrongWithChange(request);
        if (wrong.isPresent()) {
            refusal.send(request, response, HttpServletResponse.SC_FORBIDDEN, wrong.get());
        } else {
            chain.doFilter(request, response);
        }
    }

    /** A look changes nothing but may cost something (a profile, a thread dump): other sites only may link to it. */
    private static Optional<String> wrongWithLook(HttpServletRequest request) {
        boolean elsewhere = header(request, "Sec-Fetch-Site")
                .filter(site -> !OWN_SITE.contains(site))
                .isPresent();
        boolean link = header(request, "Sec-Fetch-Mode")
                        .filter("navigate"::equals)
                        .isPresent()
                && header(request, "Sec-Fetch-Dest").filter("document"::equals).isPresent();
        return elsewhere && !link
                ? Optional.of("Another site's page asked for this. Open it in a tab of its own.")
                : Optional.empty();
    }

    private Optional<String> wrongWithChange(HttpServletRequest request) {
        boolean browser = Stream.of("Origin", "Sec-Fetch-Site", "Cookie", "Referer")
                .anyMatch(name -> request.getHeader(name) != null);
        if (!browser || cameByAccessToken(request)) {
            return Optional.empty();
        }
        if (header(request, "Origin")
                .filter(origin -> !origin.equals(own(request)))
                .isPresent()) {
            return Optional.of("Another site's page sent this. Use the console's own pages. Behind a proxy, the Host"
                    + " header must be passed on, and useForwardedHeaders be true if the proxy speaks https.");
        }
        if (header(request, "Sec-Fetch-Site")
                .filter(site -> !OWN_SITE.contains(site))
                .isPresent()) {
            return Optional.of("Another site's page sent this. Use the console's own pages.");
        }
        if (!csrf.isCarriedBy(request)) {
            return Optional.of("The form is from before a restart or a new login. Go back, load the page again and"
                    + " repeat; a script sends the page's token as " + Csrf.HEADER + ".");
        }
        return Optional.empty();
    }

    /** No page of another site can add the header, nor does a browser add it by itself. */
    private static boolean cameByAccessToken(HttpServletRequest request) {
        return request.getAttribute(LoginFilter.CALLER) != null && request.getHeader("Cookie") == null;
    }

    private static Optional<String> header(HttpServletRequest request, String name) {
        return Optional.ofNullable(request.getHeader(name));
    }

    /** This service's origin, as the browser that called it writes it. */
    private static String own(HttpServletRequest request) {
        String scheme = request.getScheme().toLowerCase(Locale.ROOT);
        int port = request.getServerPort();
        boolean usual = port == ("https".equals(scheme) ? 443 : 80);
        String host = request.getServerName().toLowerCase(Locale.ROOT);
        String written = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
        return scheme + "://" + written + (usual ? "" : ":" + port);
    }
}
