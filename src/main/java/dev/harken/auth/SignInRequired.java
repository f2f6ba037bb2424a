package dev.harken.auth;

import io.dropwizard.auth.AuthValueFactoryProvider;
import io.dropwizard.jersey.setup.JerseyEnvironment;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import org.glassfish.jersey.server.filter.RolesAllowedDynamicFeature;

/** Puts every route behind an access token, except those marked {@link Open}. */
public final class SignInRequired implements DynamicFeature {
    private final BearerFilter filter;

    private SignInRequired(BearerFilter filter) {
        this.filter = filter;
    }

    public static void install(JerseyEnvironment jersey, Callers callers) {
        jersey.register(new SignInRequired(new BearerFilter(callers)));
        jersey.register(RolesAllowedDynamicFeature.class);
        jersey.register(new AuthValueFactoryProvider.Binder<>(Caller.class));
    }

    @Override
    public void configure(ResourceInfo route, FeatureContext context) {
        if (!isOpen(route)) {
            context.register(filter);
        }
    }

    /** True when the route may be called without a token. */
    public static boolean isOpen(ResourceInfo route) {
        return route.getResourceMethod().isAnnotationPresent(Open.class)
                || route.getResourceClass().isAnnotationPresent(Open.class);
    }
}
