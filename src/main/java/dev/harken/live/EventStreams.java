package dev.harken.live;

import dev.harken.auth.Caller;
import dev.harken.database.Tenant;
import dev.harken.http.KnownParameters;
import dev.harken.http.ProblemAnswers;
import dev.harken.http.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * Answers a request with a stream of events, whoever found out who sent it: a servlet with a bearer token, or one with a
 * cookie. Thread-safe.
 */
public final class EventStreams {
    private static final String CLIENT = "client_id";
    private static final String LAST_EVENT = "last_event_id";
    private static final Set<String> KNOWN = new TreeSet<>(Set.of(CLIENT, LAST_EVENT));

    private final EventHub hub;
    private final ProblemAnswers problems;
    private final Clock clock;

    EventStreams(EventHub hub, ProblemAnswers problems, Clock clock) {
        this.hub = hub;
        this.problems = problems;
        this.clock = clock;
    }

    /**
     * Begins a stream; the request's thread is free when this returns. The servlet, and every filter before it, has to
     * support asynchronous answers.
     *
     * @param caller who listens
     * @param isAllowed whether the caller is still let in; asked every few seconds for as long as the stream lasts, so it
     *     may look at memory only
     * @throws ProblemException 400 for parameters that cannot be used, 404 for another's client, 429 when the caller
     *     listens too often already, 503 when there is no place
     */
    public void open(HttpServletRequest request, HttpServletResponse response, Caller caller, BooleanSupplier isAllowed)
            throws IOException {
        open(request, response, caller, OptionalLong.empty(), isAllowed);
    }

    /** As {@link #open}, for a page, which is also told which posts others have open. */
    public void openForPage(
            HttpServletRequest request, HttpServletResponse response, Caller caller, BooleanSupplier isAllowed)
            throws IOException {
        open(request, response, caller, OptionalLong.of(caller.userId()), isAllowed);
    }

    private void open(
            HttpServletRequest request,
            HttpServletResponse response,
            Caller caller,
            OptionalLong viewer,
            BooleanSupplier isAllowed)
            throws IOException {
        request.getParameterMap().forEach((name, values) -> KnownParameters.check(KNOWN, name, List.of(values)));
        Tenant tenant = tenant(caller, Optional.ofNullable(request.getParameter(CLIENT)));
        Optional<EventPosition> after = after(request);
        EventHub.Place place = hub.admit(caller.userId());
        EventStream stream;
        try {
            stream = EventStream.over(request.startAsync(request, response), response, problems);
        } catch (IOException | RuntimeException e) {
            place.giveBack();
            throw e;
        }
        stream.onOver(place::giveBack);
        hub.join(new Listener(new Subscription(tenant, after, viewer, isAllowed), clock.instant(), stream));
    }

    private static Tenant tenant(Caller caller, Optional<String> client) {
        if (client.isEmpty()) {
            return caller.tenant();
        }
        if (!client.get().matches("[1-9][0-9]{0,17}")) {
            throw ProblemException.badParameter(CLIENT, "has to be a client's id");
        }
        return caller.tenant(Long.valueOf(client.get()));
    }

    /** An EventSource that connects again by itself repeats the address, and sends what is newer as the header. */
    private static Optional<EventPosition> after(HttpServletRequest request) {
        String header = request.getHeader("Last-Event-ID");
        String text = header == null || header.isBlank() ? request.getParameter(LAST_EVENT) : header;
        if (text == null || text.isBlank()) {
            return Optional.empty();
        }
        return Optional.of(EventPosition.of(text.strip())
                .orElseThrow(() -> ProblemException.badParameter(
                        LAST_EVENT, "(or the header Last-Event-ID) is not the id of an event")));
    }
}
