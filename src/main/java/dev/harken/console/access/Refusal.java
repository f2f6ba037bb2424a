package dev.harken.console.access;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harken.http.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Answers what a filter stops: a browser in plain words, a program with a problem document. */
final class Refusal {
    private final ObjectMapper mapper;

    Refusal(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    void send(HttpServletRequest request, HttpServletResponse response, int status, String detail) throws IOException {
        response.setStatus(status);
        byte[] body;
        if (wantsPage(request)) {
            response.setContentType("text/plain;charset=utf-8");
            body = (detail + "\n").getBytes(StandardCharsets.UTF_8);
        } else {
            response.setContentType(Problem.JSON);
            body = mapper.writeValueAsBytes(Problem.of(status, detail));
        }
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    static boolean wantsPage(HttpServletRequest request) {
        return Optional.ofNullable(request.getHeader("Accept")).orElse("").contains("text/html");
    }
}
