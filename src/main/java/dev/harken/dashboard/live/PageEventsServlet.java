package dev.harken.dashboard.live;

import dev.harken.auth.Caller;
import dev.harken.auth.Callers;
import dev.harken.auth.Sessions;
import dev.harken.http.ProblemAnswers;
import dev.harken.http.ProblemException;
import dev.harken.http.browser.BrowserHeaders;
import dev.harken.live.EventStreams;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code /events}: what {@code /api/events} tells, for a page, which shows its session's cookie since an
 * {@code EventSource} cannot send a token.
 */
public final class PageEventsServlet extends HttpServlet {
    public static final String PATH = "/events";

    private static final long serialVersionUID = 1L;

    private final transient EventStreams streams;
    private final transient Callers callers;
    private final transient ProblemAnswers problems;

    public PageEventsServlet(EventStreams streams, Callers callers, ProblemAnswers problems) {
        this.streams = streams;
        this.callers = callers;
        this.problems = problems;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        BrowserHeaders.ALL.forEach(response::setHeader);
        try {
            String session = session(request);
            Caller caller = callers.ofSession(session)
                    .orElseThrow(() -> ProblemException.unauthorized("You are signed out. Sign in again."));
            if (!request.getMethod().equals("GET")) {
                response.setHeader("Allow", "GET");
                throw ProblemException.methodNotAllowed("Events are read with GET.");
            }
            streams.openForPage(
                    request, response, caller, () -> callers.ofSession(session).isPresent());
        } catch (ProblemException e) {
            problems.send(response, e);
        }
    }

    private static String session(HttpServletRequest request) {
        return Optional.ofNullable(request.getCookies()).stream()
                .flatMap(Arrays::stream)
                .filter(cookie -> cookie.getName().equals(Sessions.COOKIE.name()))
                .map(Cookie::getValue)
                .flatMap(Stream::ofNullable)
                .findFirst()
                .orElse("");
    }
}
