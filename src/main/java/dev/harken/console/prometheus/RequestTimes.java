package dev.harken.console.prometheus;

import dev.harken.http.Route;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.concurrent.TimeUnit;
import org.glassfish.jersey.server.ContainerResponse;
import org.glassfish.jersey.server.monitoring.ApplicationEvent;
import org.glassfish.jersey.server.monitoring.ApplicationEventListener;
import org.glassfish.jersey.server.monitoring.RequestEvent;
import org.glassfish.jersey.server.monitoring.RequestEventListener;

/**
 * Times each request, by its route ({@code GET /api/posts}) and the class of its status ({@code 2xx}). A histogram, not
 * a summary: its buckets can be added up over several machines.
 */
final class RequestTimes implements ApplicationEventListener {
    // Around the levels of a statement's p95, 0.1 and 0.2 s, and up to a pool's time-out.
    private static final double[] UPPER_BOUNDS = {0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 10, 30};

    private final Histogram times;

    RequestTimes(PrometheusRegistry registry) {
        this.times = Histogram.builder()
                .name("harken_http_request_seconds")
                .unit(Unit.SECONDS)
                .help("Time from a request's arrival until its answer is written, by route and class of status.")
                .labelNames("route", "status")
                .classicOnly()
                .classicUpperBounds(UPPER_BOUNDS)
                .register(registry);
    }

    @Override
    public void onEvent(ApplicationEvent event) {
        // Only requests are of interest.
    }

    @Override
    public RequestEventListener onRequest(RequestEvent start) {
        long began = System.nanoTime();
        return event -> {
            if (event.getType() == RequestEvent.Type.FINISHED) {
                Route.of(event).ifPresent(route -> times.labelValues(route, status(event))
                        .observe((double) (System.nanoTime() - began) / TimeUnit.SECONDS.toNanos(1)));
            }
        };
    }

    /** Without an answer the container answers: an error that nothing mapped. */
    private static String status(RequestEvent event) {
        ContainerResponse answer = event.getContainerResponse();
        return answer == null ? "5xx" : answer.getStatus() / 100 + "xx";
    }
}
