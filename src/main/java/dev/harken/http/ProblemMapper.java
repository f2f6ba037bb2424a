package dev.harken.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.ZipException;
import org.eclipse.jetty.io.EofException;
import org.glassfish.jersey.server.ParamException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns whatever a request ends with into a {@link Problem}. What the caller can mend is explained; what only the
 * operator can mend is logged under a reference that the caller gets, without any detail of ours.
 */
final class ProblemMapper implements ExceptionMapper<Throwable> {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemMapper.class);
    private static final int RETRY_SECONDS = 5;

    @Override
    public Response toResponse(Throwable failure) {
        if (failure instanceof ProblemException problem) {
            Response.ResponseBuilder response = respond(problem.problem());
            problem.retryAfterSeconds().ifPresent(seconds -> response.header(HttpHeaders.RETRY_AFTER, seconds));
            if (problem.problem().status() == 401) {
                response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
            }
            return response.build();
        }
        if (failure instanceof BodyTooLargeException tooLarge) {
            return respond(Problem.of(413, tooLarge.getMessage())).build();
        }
        if (failure instanceof ParamException param) {
            return respond(InputProblems.of(param)).build();
        }
        if (failure instanceof WebApplicationException web) {
            return of(web);
        }
        if (failure instanceof JsonProcessingException json) {
            return InputProblems.of(json)
                    .map(problem -> respond(problem).build())
                    .orElseGet(() -> unexpected(failure));
        }
        if (failure instanceof CharacterCodingException || failure instanceof ZipException) {
            return respond(Problem.of(400, "The body cannot be decoded.")).build();
        }
        if (failure instanceof IllegalCharsetNameException || failure instanceof UnsupportedCharsetException) {
            return respond(Problem.of(415, "The body's charset is not known here. Send UTF-8."))
                    .build();
        }
        if (failure instanceof EofException) {
            return Response.status(400).build();
        }
        Optional<Problem> database = DatabaseProblems.of(failure);
        if (database.isPresent()) {
            LOG.warn("request failed: status={} reason={}", database.get().status(), reason(database.get(), failure));
            Response.ResponseBuilder response = respond(database.get());
            if (database.get().status() == 503) {
                response.header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
            }
            return response.build();
        }
        return unexpected(failure);
    }

    private static Response of(WebApplicationException failure) {
        Response given = failure.getResponse();
        int status = given.getStatus();
        if (status < 400) {
            return given;
        }
        if (status >= 500) {
            return unexpected(failure);
        }
        Response.ResponseBuilder response = respond(Problem.of(status, detail(status)));
        for (String kept : new String[] {HttpHeaders.ALLOW, HttpHeaders.WWW_AUTHENTICATE, HttpHeaders.RETRY_AFTER}) {
            Optional.ofNullable(given.getHeaderString(kept)).ifPresent(value -> response.header(kept, value));
        }
        return response.build();
    }

    private static String detail(int status) {
        return Map.of(
                        400, "The request cannot be understood.",
                        401, "Sign in first: POST /api/auth/login, then send Authorization: Bearer with the token.",
                        403, "Your account may not do this.",
                        404, "There is nothing at this address.",
                        405, "This address does not take that method; the Allow header lists those it takes.",
                        406, "This address has no answer of a type that the Accept header takes.",
                        415, "This address does not take a body of that type; see the Content-Type header.")
                .getOrDefault(status, "The request cannot be answered.");
    }

    private static Response unexpected(Throwable failure) {
        String reference = UUID.randomUUID().toString();
        LOG.error("request failed: reference={}", reference, failure);
        return respond(Problem.of(
                        500, "Something went wrong here. The operator finds it in the log under " + reference + "."))
                .build();
    }

    private static Response.ResponseBuilder respond(Problem problem) {
        return Response.status(problem.status()).type(Problem.MEDIA_TYPE).entity(problem);
    }

    /** For the operator. What PostgreSQL says of a refused row repeats the row's values, so it stays out of the log. */
    private static String reason(Problem problem, Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String type = root.getClass().getSimpleName();
        return problem.status() == 503 ? type + ": " + root.getMessage() : type;
    }
}
