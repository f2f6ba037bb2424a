package dev.harken.live;

import dev.harken.auth.Caller;
import dev.harken.auth.Callers;
import dev.harken.http.ProblemAnswers;
import dev.harken.http.ProblemException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * {@code /api/events}, for who has a bearer token. No resource: Jersey's event sink blocks the sender for as long as one
 * of the listeners is slow.
 */
final class EventsServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient EventStreams streams;
    private final transient Callers callers;
    private final transient ProblemAnswers problems;

    EventsServlet(EventStreams streams, Callers callers, ProblemAnswers problems) {
        this.streams = streams;
        this.callers = callers;
        this.problems = problems;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            String token = Callers.tokenOf(request.getHeader("Authorization"));
            Caller caller = callers.of(token).orElseThrow(Callers::refused);
            if (!request.getMethod().equals("GET")) {
                response.setHeader("Allow", "GET");
                throw ProblemException.methodNotAllowed("Events are read with GET.");
            }
            streams.open(request, response, caller, () -> callers.of(token).isPresent());
        } catch (ProblemException e) {
            problems.send(response, e);
        }
    }
}
