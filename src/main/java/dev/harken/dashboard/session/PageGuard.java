package dev.harken.dashboard.session;

import dev.harken.auth.Caller;
import dev.harken.auth.Sessions;
import dev.harken.dashboard.pages.Pages;
import dev.harken.http.Problem;
import dev.harken.http.ProblemException;
import dev.harken.http.browser.BrowserHeaders;
import dev.harken.http.browser.ForBrowsers;
import dev.harken.http.browser.FormTokens;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Cookie;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.core.Form;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.lang.annotation.Annotation;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.glassfish.jersey.server.ContainerRequest;

/**
 * Stands before and after every page: refuses what other sites have a browser send, says on every answer how it may be
 * used, and turns problems into pages.
 */
public final class PageGuard implements DynamicFeature {
    private final FormTokens tokens;
    private final Pages pages;

    public PageGuard(FormTokens tokens, Pages pages) {
        this.tokens = tokens;
        this.pages = pages;
    }

    @Override
    public void configure(ResourceInfo route, FeatureContext context) {
        if (route.getResourceClass().isAnnotationPresent(ForBrowsers.class)) {
            context.register(new OwnForms(tokens));
            context.register(new PageAnswers(pages));
        }
    }

    /** Changes come from our own pages alone, and carry the session's token. */
    @Priority(Priorities.AUTHORIZATION)
    private record OwnForms(FormTokens tokens) implements ContainerRequestFilter {
        private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
        private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

        @Override
        public void filter(ContainerRequestContext request) {
            if (SAFE.contains(request.getMethod())) {
                return;
            }
            if (cameFromElsewhere(request)) {
                throw ProblemException.forbidden("Another site's page sent this. Use Harken's own pages.");
            }
            if (!tokens.isOf(carried(request), session(request))) {
                throw ProblemException.forbidden(
                        "The page is from before a new login. Load it again and repeat what you did.");
            }
        }

        /**
         * By what browsers say of it; those that reach this service over plain http say no more than the origin, of
         * which a proxy may have changed the scheme.
         */
        private static boolean cameFromElsewhere(ContainerRequestContext request) {
            String site = request.getHeaderString("Sec-Fetch-Site");
            if (site != null) {
                return !OWN_SITE.contains(site);
            }
            String origin = request.getHeaderString("Origin");
            return origin != null && !authority(origin).equals(host(request));
        }

        private static String authority(String origin) {
            try {
                return Optional.ofNullable(URI.create(origin).getRawAuthority())
                        .orElse("")
                        .toLowerCase(Locale.ROOT);
            } catch (IllegalArgumentException e) {
                return "";
            }
        }

        private static String host(ContainerRequestContext request) {
            return Optional.ofNullable(request.getHeaderString(HttpHeaders.HOST))
                    .orElse("")
                    .toLowerCase(Locale.ROOT);
        }

        private static String carried(ContainerRequestContext request) {
            String header = request.getHeaderString(FormTokens.HEADER);
            if (header != null) {
                return header;
            }
            if (!MediaType.APPLICATION_FORM_URLENCODED_TYPE.isCompatible(request.getMediaType())
                    || !(request instanceof ContainerRequest sent)) {
                return "";
            }
            // The resource reads the form again.
            sent.bufferEntity();
            String field = sent.readEntity(Form.class).asMap().getFirst(FormTokens.FIELD);
            return field == null ? "" : field;
        }

        private static String session(ContainerRequestContext request) {
            if (request.getSecurityContext().getUserPrincipal() instanceof Caller caller) {
                return caller.tokenId();
            }
            return Optional.ofNullable(request.getCookies().get(LoginPageResource.VISIT.name()))
                    .map(Cookie::getValue)
                    .filter(value -> !value.isEmpty())
                    .orElseThrow(() -> ProblemException.forbidden(
                            "Your browser did not send the login page's cookie. Load the page again; cookies of this"
                                    + " site must be allowed."));
        }
    }

    /** Puts the headers on, and makes a page of a problem. */
    private record PageAnswers(Pages pages) implements ContainerResponseFilter {
        @Override
        public void filter(ContainerRequestContext request, ContainerResponseContext response) {
            BrowserHeaders.ALL.forEach((name, value) -> response.getHeaders().putSingle(name, value));
            response.getHeaders().computeIfAbsent(HttpHeaders.CACHE_CONTROL, name -> List.of("no-store"));
            if (response.getEntity() instanceof Problem problem) {
                response.getHeaders().remove(HttpHeaders.WWW_AUTHENTICATE);
                response.setEntity(
                        pages.problem(
                                request.getUriInfo(), problem, request.getHeaderString(Sessions.BY_SCRIPT) != null),
                        new Annotation[0],
                        MediaType.valueOf(Pages.HTML));
            }
        }
    }
}
