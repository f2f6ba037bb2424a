package dev.harken.console.access;

import dev.harken.auth.Caller;
import dev.harken.auth.Callers;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/** Lets administrators in, by their cookie or their access token, and nobody else past the login page. */
final class LoginFilter extends HttpFilter {
    static final String COOKIE = "harken_console";
    static final String CALLER = Caller.class.getName();

    private static final long serialVersionUID = 1L;
    private static final String SESSION = LoginFilter.class.getName() + ".session";
    private static final String SCHEME = "bearer ";

    private final transient Refusal refusal;
    private final transient Callers callers;
    private final transient String scrapeToken;

    LoginFilter(Refusal refusal, Callers callers, String scrapeToken) {
        this.refusal = refusal;
        this.callers = callers;
        this.scrapeToken = scrapeToken;
    }

    /** The cookie by which the request was let in; empty without login, or when it came with an access token. */
    static Optional<String> session(HttpServletRequest request) {
        return Optional.ofNullable((String) request.getAttribute(SESSION));
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String path = AdminPath.of(request);
        Optional<String> bearer = bearer(request);
        if (path.equals(AdminPath.PING)
                || path.equals(AdminPath.LOGIN)
                || AdminPath.isAsset(request)
                || (path.equals(AdminPath.PROMETHEUS)
                        && bearer.filter(this::isScrapeToken).isPresent())) {
            chain.doFilter(request, response);
            return;
        }
        Optional<String> cookie = bearer.isPresent() ? Optional.empty() : cookie(request);
        Optional<Caller> caller = bearer.or(() -> cookie).flatMap(callers::of);
        if (caller.isEmpty()) {
            askForLogin(request, response, path);
        } else if (!caller.get().isAdmin()) {
            refusal.send(
                    request, response, HttpServletResponse.SC_FORBIDDEN, "Only administrators may use the console.");
        } else {
            Caller admin = caller.get();
            cookie.ifPresent(session -> request.setAttribute(SESSION, session));
            request.setAttribute(CALLER, admin);
            request.setAttribute(
                    Operator.ATTRIBUTE,
                    new Operator(admin.email(), request.getRemoteAddr(), Optional.of(admin.userId())));
            chain.doFilter(request, response);
        }
    }

    private void askForLogin(HttpServletRequest request, HttpServletResponse response, String path) throws IOException {
        if (Refusal.wantsPage(request)) {
            String query = Optional.ofNullable(request.getQueryString())
                    .map(text -> "?" + text)
                    .orElse("");
            // What was sent by a form is lost; the way back leads to the start.
            String to = request.getMethod().equals("GET") && !path.equals(AdminPath.LOGOUT)
                    ? request.getRequestURI() + query
                    : request.getContextPath() + "/";
            response.setStatus(HttpServletResponse.SC_SEE_OTHER);
            response.setHeader(
                    "Location",
                    request.getContextPath() + AdminPath.LOGIN + "?to="
                            + URLEncoder.encode(to, StandardCharsets.UTF_8));
        } else {
            response.setHeader("WWW-Authenticate", "Bearer");
            refusal.send(
                    request,
                    response,
                    HttpServletResponse.SC_UNAUTHORIZED,
                    "Sign in at " + AdminPath.LOGIN + ", or send an administrator's access token as Authorization:"
                            + " Bearer; POST /api/auth/login on the main port answers one.");
        }
    }

    private boolean isScrapeToken(String token) {
        return !scrapeToken.isEmpty()
                && MessageDigest.isEqual(
                        token.getBytes(StandardCharsets.UTF_8), scrapeToken.getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<String> bearer(HttpServletRequest request) {
        return Optional.ofNullable(request.getHeader("Authorization"))
                .filter(header -> header.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
                .map(header -> header.substring(SCHEME.length()).strip());
    }

    private static Optional<String> cookie(HttpServletRequest request) {
        return Optional.ofNullable(request.getCookies()).stream()
                .flatMap(Arrays::stream)
                .filter(cookie -> cookie.getName().equals(COOKIE))
                .map(Cookie::getValue)
                .findFirst();
    }
}
