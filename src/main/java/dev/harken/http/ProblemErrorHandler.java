package dev.harken.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Answers what Jetty refuses before any resource sees it (a broken request line, a header too long) as a problem. */
final class ProblemErrorHandler extends ErrorHandler {
    private final ObjectMapper mapper;

    ProblemErrorHandler(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    protected void generateResponse(
            Request request, Response response, int code, String message, Throwable cause, Callback callback) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.JSON);
        response.write(true, body(code), callback);
    }

    private ByteBuffer body(int status) {
        // Jetty's own words are left out: they may repeat the request or name a class.
        String detail =
                switch (status) {
                    case HttpStatus.NOT_FOUND_404 -> "There is nothing at this address.";
                    default ->
                        status < 500 ? "The request cannot be understood." : "The request cannot be answered now.";
                };
        try {
            return ByteBuffer.wrap(mapper.writeValueAsBytes(Problem.of(status, detail)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a problem document could not be written", e);
        }
    }
}
