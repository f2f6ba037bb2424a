package dev.harken.http;

import com.codahale.metrics.MetricRegistry;
import dev.harken.database.Latencies;
import dev.harken.database.Statements;
import dev.harken.database.Work;
import org.glassfish.jersey.server.monitoring.ApplicationEvent;
import org.glassfish.jersey.server.monitoring.ApplicationEventListener;
import org.glassfish.jersey.server.monitoring.RequestEvent;
import org.glassfish.jersey.server.monitoring.RequestEventListener;

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
                case REQUEST_MATCHED -> Work.begin(Route.of(event).orElse(""));
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
        Route.of(event).ifPresent(route -> {
            metrics.histogram("statements." + route).update(sent);
            requests.record(route, nanos);
        });
    }
}
