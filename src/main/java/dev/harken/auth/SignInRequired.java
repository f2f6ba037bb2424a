package dev.harken.auth;

import dev.harken.http.browser.ForBrowsers;
import io.dropwizard.auth.AuthValueFactoryProvider;
import io.dropwizard.jersey.setup.JerseyEnvironment;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import java.lang.reflect.Method;
import org.glassfish.jersey.server.filter.RolesAllowedDynamicFeature;

/**
 * Puts every route behind an access token, or behind the session's cookie where it is {@link ForBrowsers}, except those
 * marked {@link Open}.
 */
public final class SignInRequired implements DynamicFeature {
    private final BearerFilter bearer;
    private final SessionFilter session;

    private SignInRequired(BearerFilter bearer, SessionFilter session) {
        this.bearer = bearer;
        this.session = session;
    }

    public static void install(JerseyEnvironment jersey, Callers callers) {
        jersey.register(new SignInRequired(new BearerFilter(callers), new SessionFilter(callers)));
        jersey.register(RolesAllowedDynamicFeature.class);
        jersey.register(new AuthValueFactoryProvider.Binder<>(Caller.class));
    }

    @Override
    public void configure(ResourceInfo route, FeatureContext context) {
        if (!isOpen(route)) {
            context.register(isForBrowsers(route) ? session : bearer);
        }
    }

    /** True when the route may be called without a token. */
    public static boolean isOpen(ResourceInfo route) {
        return isOpen(route.getResourceMethod()) || route.getResourceClass().isAnnotationPresent(Open.class);
    }

    /** True when the route that a method answers may be called without a token. */
    public static boolean isOpen(Method method) {
        return method.isAnnotationPresent(Open.class)
                || method.getDeclaringClass().isAnnotationPresent(Open.class);
    }

    /** True when the route is entered by the session's cookie. */
    public static boolean isForBrowsers(ResourceInfo route) {
        return route.getResourceClass().isAnnotationPresent(ForBrowsers.class);
    }
}
