package dev.harken.live;

import dev.harken.auth.Callers;
import dev.harken.http.ProblemAnswers;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.Managed;
import jakarta.servlet.ServletRegistration;
import java.time.Clock;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.eclipse.jetty.util.component.LifeCycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires what is told live. */
public final class LiveBundle {
    private static final Logger LOG = LoggerFactory.getLogger(LiveBundle.class);

    private LiveBundle() {}

    /**
     * Registers {@code /api/events}.
     *
     * @param direct opens connections to PostgreSQL itself, for the one that is told of events
     * @return the way to open streams for who is known by something else than a bearer token
     */
    public static EventStreams install(
            Environment environment, LiveFactory settings, DataSource direct, Callers callers, Clock clock) {
        EventHub hub = new EventHub(settings.getListeners(), settings.getListenersPerUser(), clock);
        ProblemAnswers problems = new ProblemAnswers(environment.getObjectMapper());
        EventStreams streams = new EventStreams(hub, problems, clock);
        ServletRegistration.Dynamic servlet =
                environment.servlets().addServlet("events", new EventsServlet(streams, callers, problems));
        servlet.setAsyncSupported(true);
        servlet.addMapping("/api/events");
        environment
                .lifecycle()
                .manage(new EventReader(
                        direct,
                        new EventDao(),
                        new EventText(environment.getObjectMapper()),
                        new ViewingDao(environment.getObjectMapper()),
                        hub));
        environment.lifecycle().manage(heartbeat(environment, settings, hub));
        // Before the server waits for its answers to end, as it does for some time: these do not end by themselves.
        environment.lifecycle().addEventListener(new LifeCycle.Listener() {
            @Override
            public void lifeCycleStopping(LifeCycle server) {
                hub.close();
            }
        });
        return streams;
    }

    private static Managed heartbeat(Environment environment, LiveFactory settings, EventHub hub) {
        ScheduledExecutorService thread = environment
                .lifecycle()
                .scheduledExecutorService("events-heartbeat", true)
                .threads(1)
                .build();
        long millis = settings.getHeartbeat().toMilliseconds();
        return new Managed() {
            @Override
            public void start() {
                var unused = thread.scheduleWithFixedDelay(
                        () -> {
                            try {
                                hub.beat();
                            } catch (RuntimeException e) {
                                LOG.error("heartbeat of events failed", e);
                            }
                        },
                        millis,
                        millis,
                        TimeUnit.MILLISECONDS);
            }
        };
    }
}
