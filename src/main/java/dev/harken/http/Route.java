package dev.harken.http;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.glassfish.jersey.server.ExtendedUriInfo;
import org.glassfish.jersey.server.monitoring.RequestEvent;
import org.glassfish.jersey.uri.UriTemplate;

/** The name by which requests are counted and timed. */
public final class Route {
    private Route() {}

    /** The method and the path as it was declared, such as {@code GET /api/posts/{id}}; empty if none was found. */
    public static Optional<String> of(RequestEvent event) {
        ExtendedUriInfo uri = event.getUriInfo();
        if (uri == null || uri.getMatchedResourceMethod() == null) {
            return Optional.empty();
        }
        List<String> parts =
                uri.getMatchedTemplates().stream().map(UriTemplate::getTemplate).collect(Collectors.toList());
        Collections.reverse(parts);
        return Optional.of(event.getContainerRequest().getMethod() + " " + String.join("", parts));
    }
}
