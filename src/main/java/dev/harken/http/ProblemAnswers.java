package dev.harken.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;

/** Answers problems where no resource does: in a servlet. Thread-safe. */
public final class ProblemAnswers {
    private final ObjectMapper mapper;

    public ProblemAnswers(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /** Sends the problem as the whole answer. */
    public void send(HttpServletResponse response, ProblemException problem) throws IOException {
        response.getOutputStream().write(prepare(response, problem));
    }

    /** Sets what stands before the body, and gives the body. */
    public byte[] prepare(HttpServletResponse response, ProblemException problem) {
        byte[] body;
        try {
            body = mapper.writeValueAsBytes(problem.problem());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a problem document could not be written", e);
        }
        response.setStatus(problem.problem().status());
        response.setContentType(Problem.JSON);
        response.setContentLength(body.length);
        problem.retryAfterSeconds()
                .ifPresent(seconds -> response.setHeader(HttpHeaders.RETRY_AFTER, Integer.toString(seconds)));
        if (problem.problem().status() == HttpServletResponse.SC_UNAUTHORIZED) {
            response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        return body;
    }
}
