package dev.harken.dashboard.pages;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import java.net.URI;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Leaves out of the feed's address what a form sends of fields that nothing was entered in. */
@PreMatching
public final class EmptyParameters implements ContainerRequestFilter {
    @Override
    public void filter(ContainerRequestContext request) {
        URI asked = request.getUriInfo().getRequestUri();
        String query = asked.getRawQuery();
        if (query == null || !request.getUriInfo().getPath().isEmpty()) {
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
