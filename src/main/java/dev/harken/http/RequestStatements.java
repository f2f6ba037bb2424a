package dev.harken.http;

import com.codahale.metrics.MetricRegistry;
import dev.harken.database.Latencies;
import dev.harken.database.Statements;
import dev.harken.database.Work;
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
 * eager loading got lost shows here as a maximum above 1. Times the requests, too, and names the thread's work.
 */
final class RequestStatements implements ApplicationEventListener {
    private final Statements statements;
    private final Latencies requests;
    private final MetricRegistry metrics;

    RequestStatements(Statements statements, Latencies requests, MetricRegistry metrics) {
        this.statements = statements;
        this.requests = requests;
        this.metrics = metrics;
    }

    @Override
    public void onEvent(ApplicationEvent event) {
        // Only requests are of interest.
    }

    @Override
    public RequestEventListener onRequest(RequestEvent start) {
        statements.startCounting();
        long startNanos = System.nanoTime();
        return event -> {
            switch (event.getType()) {
                case REQUEST_MATCHED -> Work.begin(route(event));
                // Finished comes after the answer is written: a statement that its writing sends is counted too.
                case FINISHED -> finished(event, System.nanoTime() - startNanos);
                default -> {
                    // The other steps of a request are of no interest.
                }
            }
        };
    }

    private void finished(RequestEvent event, long nanos) {
        Work.end();
        int sent = statements.stopCounting();
        String route = route(event);
        if (!route.isEmpty()) {
            metrics.histogram("statements." + route).update(sent);
            requests.record(route, nanos);
        }
    }

    /** The method and the path as it was declared, such as {@code GET /api/posts/{id}}; empty if there is none. */
    private static String route(RequestEvent event) {
        ExtendedUriInfo uri = event.getUriInfo();
        if (uri == null || uri.getMatchedResourceMethod() == null) {
            return "";
        }
        List<String> parts =
                uri.getMatchedTemplates().stream().map(UriTemplate::getTemplate).collect(Collectors.toList());
        Collections.reverse(parts);
        return event.getContainerRequest().getMethod() + " " + String.join("", parts);
    }
}
