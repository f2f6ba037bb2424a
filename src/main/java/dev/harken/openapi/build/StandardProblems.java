package dev.harken.openapi.build;

import dev.harken.auth.SignInRequired;
import dev.harken.http.Problem;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import jakarta.annotation.security.RolesAllowed;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.Map;

/** The problems that a call can meet by its shape alone: what it takes, and who may make it. */
final class StandardProblems {
    private static final Map<Integer, Kind> KINDS = new LinkedHashMap<>();

    static {
        KINDS.put(
                400,
                new Kind(
                        "BadRequest",
                        "A parameter or the body cannot be read, or a parameter is not known here or stands twice.",
                        "The parameter limit cannot be read.",
                        Map.of("limit", "cannot be read")));
        KINDS.put(
                401,
                new Kind(
                        "Unauthorized",
                        "No access token was sent, or one that is not valid (any more).",
                        "Sign in first: POST /api/auth/login, then send Authorization: Bearer with the token.",
                        Map.of()));
        KINDS.put(
                403,
                new Kind(
                        "Forbidden",
                        "The caller is known, but may not do this.",
                        "Your account may not do this.",
                        Map.of()));
        KINDS.put(
                404,
                new Kind(
                        "NotFound",
                        "There is no such thing, or none that the caller may know of.",
                        "There is no post 42.",
                        Map.of()));
        KINDS.put(
                413,
                new Kind(
                        "ContentTooLarge",
                        "The body is longer than is taken.",
                        "The body is longer than 256 KiB.",
                        Map.of()));
        KINDS.put(
                415,
                new Kind(
                        "UnsupportedMediaType",
                        "The body is of another type than is taken here.",
                        "This address does not take a body of that type; see the Content-Type header.",
                        Map.of()));
        KINDS.put(
                422,
                new Kind(
                        "UnprocessableContent",
                        "The body is well-formed, but a field is not acceptable.",
                        "The field keywords must name at least one keyword.",
                        Map.of("keywords", "must name at least one keyword")));
        KINDS.put(
                503,
                new Kind(
                        "ServiceUnavailable",
                        "Not now: the database cannot be reached, or all connections are in use. Try again.",
                        "The database does not answer. Try again in a few seconds.",
                        Map.of()));
    }

    /** What no call says of itself, since any address may answer it. */
    private static final String OTHER = "OtherProblem";

    private StandardProblems() {}

    private record Kind(String name, String description, String detail, Map<String, String> errors) {}

    static void addTo(Components components) {
        KINDS.forEach((status, kind) -> components.addResponses(
                kind.name(), response(kind.description(), Problem.of(status, kind.detail(), kind.errors()))));
        components.addResponses(
                OTHER,
                response(
                        "What any address may answer: 405 and 406 for a method or an `Accept` that it does not have, 431"
                                + " for headers that are too long, 500 for a mistake of Harken's.",
                        Problem.of(
                                500, "Something went wrong here. The operator finds it in the log under 3f2a9c1e.")));
    }

    /** A problem's answer, with the headers that its status brings. */
    static ApiResponse response(String description, Problem example) {
        ApiResponse response = new ApiResponse()
                .description(description)
                .content(new Content()
                        .addMediaType(
                                Problem.JSON,
                                new MediaType()
                                        .schema(new Schema<Problem>().$ref("#/components/schemas/Problem"))
                                        .example(example)));
        int status = example.status();
        if (status == 401) {
            response.addHeaderObject(
                    "WWW-Authenticate",
                    new Header().description("Always `Bearer`.").schema(ofType("string")));
        }
        if (status == 429 || status == 503) {
            response.addHeaderObject(
                    "Retry-After",
                    new Header()
                            .description("Seconds after which it is worth trying again.")
                            .schema(ofType("integer")));
        }
        return response;
    }

    static Schema<?> ofType(String type) {
        Schema<?> schema = new Schema<>();
        schema.addType(type);
        return schema;
    }

    /** Adds what the call can meet and does not say itself. */
    static void addTo(Operation operation, Method method) {
        operation.getResponses().addApiResponse("default", new ApiResponse().$ref("#/components/responses/" + OTHER));
        if (!SignInRequired.isOpen(method)) {
            add(operation, 401);
        }
        if (method.isAnnotationPresent(RolesAllowed.class)
                || method.getDeclaringClass().isAnnotationPresent(RolesAllowed.class)) {
            add(operation, 403);
        }
        boolean takesParameters = operation.getParameters() != null;
        if (takesParameters
                && operation.getParameters().stream()
                        .anyMatch(parameter -> parameter.getIn().equals("path"))) {
            add(operation, 404);
        }
        if (operation.getRequestBody() != null) {
            add(operation, 400);
            add(operation, 413);
            add(operation, 415);
            add(operation, 422);
        }
        if (takesParameters
                && operation.getParameters().stream()
                        .anyMatch(parameter -> parameter.getIn().equals("query"))) {
            add(operation, 400);
        }
        // What is open to everybody and takes nothing asks nobody.
        if (!SignInRequired.isOpen(method) || takesParameters || operation.getRequestBody() != null) {
            add(operation, 503);
        }
    }

    private static void add(Operation operation, int status) {
        operation.getResponses().computeIfAbsent(Integer.toString(status), none -> new ApiResponse()
                .$ref("#/components/responses/" + KINDS.get(status).name()));
    }
}
