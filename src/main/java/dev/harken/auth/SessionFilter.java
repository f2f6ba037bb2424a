package dev.harken.auth;

import dev.harken.http.Problem;
import dev.harken.http.browser.LocalPath;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.Cookie;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.Optional;

/** Lets browsers in by the session's cookie, and sends everybody else to the login page. */
@Priority(Priorities.AUTHENTICATION)
final class SessionFilter implements ContainerRequestFilter {
    private final Callers callers;

    SessionFilter(Callers callers) {
        this.callers = callers;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        Optional<Caller> caller = Optional.ofNullable(request.getCookies().get(Sessions.COOKIE.name()))
                .map(Cookie::getValue)
                .flatMap(callers::ofSession);
        if (caller.isPresent()) {
            request.setSecurityContext(new SignedIn(caller.get(), request.getSecurityContext()));
        } else {
            request.abortWith(askForLogin(request));
        }
    }

    private static Response askForLogin(ContainerRequestContext request) {
        URI asked = request.getUriInfo().getRequestUri();
        boolean byScript = request.getHeaderString(Sessions.BY_SCRIPT) != null;
        String login = request.getUriInfo().getBaseUri().getRawPath() + "login";
        String to = byScript ? shown(request) : asked.getRawPath() + query(asked);
        String address = LocalPath.of(to)
                .filter(path -> byScript || request.getMethod().equals("GET"))
                .map(path -> login + "?to=" + URLEncoder.encode(path, StandardCharsets.UTF_8))
                .orElse(login);
        if (byScript) {
            return Response.status(Response.Status.UNAUTHORIZED)
                    .header("HX-Redirect", address)
                    .entity(Problem.of(401, "You are signed out. Sign in again; what you typed is still here."))
                    .build();
        }
        return Response.status(Response.Status.SEE_OTHER)
                .header(HttpHeaders.LOCATION, address)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    /** The page that the script runs in. */
    private static String shown(ContainerRequestContext request) {
        try {
            URI page = URI.create(Optional.ofNullable(request.getHeaderString("HX-Current-URL"))
                    .orElse(""));
            return Optional.ofNullable(page.getRawPath()).orElse("") + query(page);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static String query(URI address) {
        return Optional.ofNullable(address.getRawQuery())
                .map(text -> "?" + text)
                .orElse("");
    }

    private record SignedIn(Caller caller, SecurityContext before) implements SecurityContext {
        @Override
        public Principal getUserPrincipal() {
            return caller;
        }

        @Override
        public boolean isUserInRole(String role) {
            return caller.role().label().equals(role);
        }

        @Override
        public boolean isSecure() {
            return before.isSecure();
        }

        @Override
        public String getAuthenticationScheme() {
            return "SESSION";
        }
    }
}
