package dev.harken.dashboard.pages;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import java.net.URI;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** Leaves out of the address of a page with filters what a form sends of fields that nothing was entered in. */
@PreMatching
public final class EmptyParameters implements ContainerRequestFilter {
    private static final Set<String> WITH_FILTERS = Set.of("", "analytics", "analytics/export.csv");

    @Override
    public void filter(ContainerRequestContext request) {
        URI asked = request.getUriInfo().getRequestUri();
        String query = asked.getRawQuery();
        if (query == null || !WITH_FILTERS.contains(request.getUriInfo().getPath())) {
            return;
        }
        String filled = Arrays.stream(query.split("&"))
                .filter(parameter -> !parameter.isEmpty() && !parameter.endsWith("="))
                .collect(Collectors.joining("&"));
        if (!filled.equals(query)) {
            request.setRequestUri(request.getUriInfo()
                    .getRequestUriBuilder()
                    .replaceQuery(filled.isEmpty() ? null : filled)
                    .build());
        }
    }
}
