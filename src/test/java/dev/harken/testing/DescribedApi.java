package dev.harken.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.harken.openapi.OpenApiResource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** What {@code openapi.json} promises, held against what the service answers to the tests. Thread-safe. */
public final class DescribedApi {
    private static final String FILE = "classpath:dev/harken/openapi/openapi.json";
    /** What any address answers to a request that is against the rules of HTTP itself. */
    private static final Set<Integer> ANYWHERE = Set.of(405, 406, 431, 500);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNode API = read();
    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    private static final Map<String, JsonSchema> USED = new ConcurrentHashMap<>();
    private static final List<Route> ROUTES = routes();

    private DescribedApi() {}

    private record Route(String template, Pattern pattern) {}

    private static JsonNode read() {
        try (InputStream file = OpenApiResource.class.getResourceAsStream("openapi.json")) {
            return JSON.readTree(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        API.get("paths")
                .fieldNames()
                .forEachRemaining(path -> routes.add(new Route(
                        path,
                        Pattern.compile(path.replaceAll("\\{\\w+}", "[^/]+").replace(".", "\\.")))));
        // Addresses with a name in an id's place, such as /api/users/me, go before those with any.
        routes.sort((one, other) ->
                Boolean.compare(one.template().contains("{"), other.template().contains("{")));
        return routes;
    }

    /** The calls that are described, each a method and a path. */
    public static Set<String> calls() {
        Set<String> calls = new TreeSet<>();
        API.get("paths").properties().forEach(path -> path.getValue()
                .fieldNames()
                .forEachRemaining(method -> calls.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        return calls;
    }

    /**
     * Fails the test when the answer is none that the description allows.
     *
     * @param path with its query
     */
    static void check(String method, String path, HttpResponse<?> response, String body) {
        String plain = URI.create(path).getPath().replaceFirst("^/api/health", "/health");
        Optional<Route> route = ROUTES.stream()
                .filter(candidate -> candidate.pattern().matcher(plain).matches())
                .findFirst();
        int status = response.statusCode();
        if (route.isEmpty()) {
            return;
        }
        String template = route.get().template();
        String call = method + " " + template;
        JsonNode operation = API.get("paths").get(template).path(method.toLowerCase(Locale.ROOT));
        if (operation.isMissingNode()) {
            return;
        }
        String name = ANYWHERE.contains(status) ? "default" : Integer.toString(status);
        JsonNode answer = operation.path("responses").path(name);
        if (answer.isMissingNode()) {
            throw new AssertionError(call + " answered " + status + ", which is not described: " + body);
        }
        String type = response.headers().firstValue("content-type").orElse("").replaceFirst("\\s*;.*", "");
        String place = "/paths/" + escape(template) + "/" + method.toLowerCase(Locale.ROOT) + "/responses/" + name;
        if (answer.has("$ref")) {
            place = answer.get("$ref").asText().substring(1);
            answer = API.at(place);
        }
        for (String header : (Iterable<String>) answer.path("headers")::fieldNames) {
            // The last page has no next, and the first no previous one.
            if (!header.equals("Link") && response.headers().firstValue(header).isEmpty()) {
                throw new AssertionError(call + " answered " + status + " without the header " + header);
            }
        }
        if (body.isEmpty()) {
            return;
        }
        if (!answer.path("content").has(type)) {
            throw new AssertionError(call + " answered " + status + " as " + type + ", which is not described");
        }
        if (!type.endsWith("json")) {
            return;
        }
        Set<ValidationMessage> wrong =
                schema(place + "/content/" + escape(type) + "/schema").validate(json(body));
        if (!wrong.isEmpty()) {
            throw new AssertionError(call + " answered " + status + " other than described: "
                    + wrong.stream().limit(5).toList() + "\n" + body);
        }
    }

    private static JsonSchema schema(String place) {
        return USED.computeIfAbsent(place, where -> SCHEMAS.getSchema(SchemaLocation.of(FILE + "#" + where)));
    }

    private static JsonNode json(String body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new AssertionError("not JSON: " + body, e);
        }
    }

    private static String escape(String step) {
        return step.replace("~", "~0").replace("/", "~1");
    }
}
