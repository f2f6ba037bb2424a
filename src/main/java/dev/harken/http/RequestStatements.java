package dev.harken.http;

import com.codahale.metrics.MetricRegistry;
import dev.harken.database.Statements;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.glassfish.jersey.server.ExtendedUriInfo;
import org.glassfish.jersey.server.monitoring.ApplicationEvent;
import org.glassfish.jersey.server.monitoring.ApplicationEventListener;
import org.glassfish.jersey.server.monitoring.RequestEvent;
import org.glassfish.jersey.server.monitoring.RequestEventListener;
import org.glassfish.jersey.uri.UriTemplate;

/**
 * Counts the statements of each request, as a histogram for each route: {@code statements.GET /api/posts}. A list whose
 * eager loading got lost shows here as a maximum above 1.
 */
final class RequestStatements implements ApplicationEventListener {
    private final Statements statements;
    private final MetricRegistry metrics;

    RequestStatements(Statements statements, MetricRegistry metrics) {
        this.statements = statements;
        this.metrics = metrics;
    }

    @Override
    public void onEvent(ApplicationEvent event) {
        // Only requests are of interest.
    }

    @Override
    public RequestEventListener onRequest(RequestEvent start) {
        statements.startCounting();
        return event -> {
            // Finished comes after the answer is written: a statement that its writing sends is counted too.
            if (event.getType() == RequestEvent.Type.FINISHED) {
                int sent = statements.stopCounting();
                String route = route(event.getUriInfo());
                if (!route.isEmpty()) {
                    metrics.histogram(
                                    "statements." + event.getContainerRequest().getMethod() + " " + route)
                            .update(sent);
                }
            }
        };
    }

    private static String route(ExtendedUriInfo uri) {
        if (uri == null || uri.getMatchedResourceMethod() == null) {
            return "";
        }
        List<String> parts =
                uri.getMatchedTemplates().stream().map(UriTemplate::getTemplate).collect(Collectors.toList());
        Collections.reverse(parts);
        return String.join("", parts);
    }
}
