package dev.harken.openapi.build;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.Nullable;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Adds to the schemas what only the sources say: what fields mean, which may be null, and an example of each. */
final class Schemas {
    private static final PropertyNamingStrategies.NamingBase NAMES =
            (PropertyNamingStrategies.NamingBase) PropertyNamingStrategies.SNAKE_CASE;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String REF = "#/components/schemas/";
    private static final Pattern CHOICE = Pattern.compile("[a-z_]+(\\|[a-z_]+)+");
    /** Of parameters that are read as text, so that what is wrong can be said. */
    private static final Map<String, String> FORMATS =
            Map.of("since", "date-time", "until", "date-time", "start_date", "date", "end_date", "date");

    private static final List<String> METHODS = List.of("get", "put", "post", "delete", "patch");

    private final ObjectNode api;
    private final Map<String, Class<?>> types;
    private final Examples examples;
    private final Set<String> taken = new TreeSet<>();
    private final Set<String> missing = new TreeSet<>();

    Schemas(ObjectNode api, Map<String, Class<?>> types, Examples examples) {
        this.api = api;
        this.types = types;
        this.examples = examples;
    }

    /** @throws IllegalStateException when a field has no example */
    void complete() {
        for (JsonNode path : api.path("paths")) {
            METHODS.forEach(method -> collect(path.path(method).path("requestBody")));
        }
        api.path("components").path("schemas").properties().forEach(schema -> {
            Class<?> type = types.get(schema.getKey());
            if (type != null && type.isRecord()) {
                complete(schema.getKey(), (ObjectNode) schema.getValue(), type);
            }
        });
        for (JsonNode path : api.path("paths")) {
            METHODS.forEach(method -> completeCall(path.path(method)));
        }
        if (!missing.isEmpty()) {
            throw new IllegalStateException("these fields have no example: " + missing);
        }
    }

    /** Remembers the schemas of what callers send: there, what may be left out is told by constraints alone. */
    private void collect(JsonNode node) {
        for (JsonNode ref : node.findValues("$ref")) {
            String name = ref.asText().substring(REF.length());
            if (taken.add(name)) {
                collect(schema(name));
            }
        }
    }

    private JsonNode schema(String name) {
        return api.path("components").path("schemas").path(name);
    }

    private void complete(String name, ObjectNode schema, Class<?> type) {
        Javadocs.of(type).ifPresent(text -> schema.put("description", text));
        ArrayNode required = JSON.arrayNode();
        Set<String> unwrapped = new TreeSet<>();
        schema.path("properties").fieldNames().forEachRemaining(unwrapped::add);
        for (RecordComponent component : type.getRecordComponents()) {
            String field = Optional.ofNullable(component.getAccessor().getAnnotation(JsonProperty.class))
                    .map(JsonProperty::value)
                    .orElseGet(() -> NAMES.translate(component.getName()));
            unwrapped.remove(field);
            if (!(schema.path("properties").path(field) instanceof ObjectNode property)) {
                continue;
            }
            if (component.getAccessor().isAnnotationPresent(JsonIgnore.class)) {
                ((ObjectNode) schema.get("properties")).remove(field);
                continue;
            }
            if (component.getAccessor().isAnnotationPresent(JsonRawValue.class)) {
                // JSON that PostgreSQL keeps, of the type that bears its name.
                property.removeAll();
                property.put("$ref", REF + field.substring(0, 1).toUpperCase(Locale.ROOT) + field.substring(1));
            }
            fill(name, field, property);
            if (component.isAnnotationPresent(Nullable.class)) {
                admitNull(property);
            }
            bound(component, property);
            if (!taken.contains(name)) {
                JsonInclude include = component.getAccessor().getAnnotation(JsonInclude.class);
                if (include == null) {
                    required.add(field);
                }
            }
            Javadocs.of(type, component.getName()).ifPresent(text -> property.put("description", text));
        }
        for (String field : unwrapped) {
            fill(name, field, (ObjectNode) schema.get("properties").get(field));
            required.add(field);
        }
        if (!taken.contains(name)) {
            schema.set("required", required);
        } else {
            boolean hasOldNames = Arrays.stream(type.getRecordComponents())
                    .anyMatch(component -> component.getAccessor().isAnnotationPresent(JsonAlias.class));
            if (!hasOldNames) {
                schema.put("additionalProperties", false);
            }
        }
    }

    /** Constraints that Swagger does not know; they stand at the accessors, being for no record components. */
    private static void bound(RecordComponent component, ObjectNode property) {
        Method accessor = component.getAccessor();
        if (accessor.isAnnotationPresent(NotBlank.class)) {
            property.put("minLength", 1);
        }
        if (accessor.isAnnotationPresent(Size.class) && Map.class.isAssignableFrom(component.getType())) {
            property.put("maxProperties", accessor.getAnnotation(Size.class).max());
        }
        if (accessor.isAnnotationPresent(Digits.class)) {
            Digits digits = accessor.getAnnotation(Digits.class);
            property.put("multipleOf", BigDecimal.ONE.movePointLeft(digits.fraction()));
            property.put("exclusiveMaximum", BigDecimal.ONE.movePointRight(digits.integer()));
        }
    }

    private void fill(String type, String field, ObjectNode property) {
        choose(property);
        if (property.has("$ref")
                || property.has("anyOf")
                || property.has("oneOf")
                || property.has("enum")
                || property.path("items").has("$ref")
                || property.path("items").has("enum")
                || property.path("additionalProperties").has("$ref")) {
            return;
        }
        example(type, field, property)
                .ifPresent(value -> property.set("examples", JSON.arrayNode().add(value)));
    }

    private Optional<JsonNode> example(String type, String field, ObjectNode property) {
        if (property.path("type").asText().equals("boolean")
                || property.path("type").path(0).asText().equals("boolean")) {
            return Optional.of(BooleanNode.TRUE);
        }
        Optional<JsonNode> example = examples.of(type, field);
        if (example.isEmpty()) {
            missing.add(type + "." + field + " " + property.path("type").asText());
        }
        return example;
    }

    /** A pattern of a few words is a choice of them, which tools show as one. */
    private static void choose(ObjectNode schema) {
        if (schema.path("minLength").asInt(1) == 0) {
            schema.remove("minLength");
        }
        for (String bound : List.of("minimum", "maximum")) {
            if (schema.path(bound).isNumber()
                    && schema.get(bound).decimalValue().stripTrailingZeros().scale() <= 0) {
                schema.put(bound, schema.get(bound).decimalValue().longValueExact());
            }
        }
        if (schema.path("items") instanceof ObjectNode items) {
            choose(items);
        }
        String pattern = schema.path("pattern").asText();
        if (!CHOICE.matcher(pattern).matches()) {
            if (!pattern.isEmpty()) {
                // Java's matches the whole text.
                schema.put("pattern", "^(?:" + pattern + ")$");
            }
            return;
        }
        schema.remove("pattern");
        if (pattern.equals("true|false")) {
            schema.put("type", "boolean");
        } else {
            ArrayNode words = schema.putArray("enum");
            Arrays.stream(pattern.split("\\|")).forEach(words::add);
        }
    }

    /** Swagger knows the annotation too, but not what it means where there is a choice or another schema. */
    private static void admitNull(ObjectNode property) {
        if (property.has("$ref")) {
            JsonNode ref = property.remove("$ref");
            property.putArray("anyOf")
                    .add(JSON.objectNode().set("$ref", ref))
                    .add(JSON.objectNode().put("type", "null"));
        } else if (property.path("type").isTextual()) {
            JsonNode type = property.remove("type");
            property.putArray("type").add(type).add("null");
        }
        if (property.has("enum")) {
            ((ArrayNode) property.get("enum")).addNull();
        }
    }

    private void completeCall(JsonNode call) {
        for (JsonNode parameter : call.path("parameters")) {
            ObjectNode schema = (ObjectNode) parameter.path("schema");
            choose(schema);
            Optional.ofNullable(FORMATS.get(parameter.path("name").asText()))
                    .ifPresent(format -> schema.put("format", format));
            if (!schema.has("enum") && !schema.has("default")) {
                example("parameter", parameter.path("name").asText(), schema)
                        .ifPresent(value -> show((ObjectNode) parameter, schema, value));
            }
        }
        content(call.path("requestBody"));
        call.path("responses").forEach(this::content);
    }

    /** A page to try the API fills in a parameter's own example, so what may be left out has it in its schema. */
    private static void show(ObjectNode parameter, ObjectNode schema, JsonNode example) {
        if (parameter.path("required").asBoolean()) {
            parameter.set("example", example);
        } else {
            schema.putArray("examples").add(example);
        }
    }

    private void content(JsonNode message) {
        message.path("content").properties().forEach(media -> {
            ObjectNode content = (ObjectNode) media.getValue();
            if (content.has("example")) {
                return;
            }
            if (!media.getKey().endsWith("json")) {
                content.path("schema")
                        .path("properties")
                        .properties()
                        .forEach(field -> fill("form", field.getKey(), (ObjectNode) field.getValue()));
            }
            if (content.path("schema").path("type").asText().equals("string")) {
                example("media", media.getKey(), content).ifPresent(example -> content.set("example", example));
            } else {
                content.set("example", made(content.path("schema")));
            }
        });
    }

    /** What a schema's fields' examples come to. */
    private JsonNode made(JsonNode schema) {
        if (schema.has("$ref")) {
            return made(schema(schema.get("$ref").asText().substring(REF.length())));
        }
        if (schema.has("examples")) {
            return schema.get("examples").get(0);
        }
        if (schema.has("enum")) {
            return schema.get("enum").get(0);
        }
        for (String choice : List.of("anyOf", "oneOf", "allOf")) {
            if (schema.has(choice)) {
                return made(schema.get(choice).get(0));
            }
        }
        if (schema.has("items")) {
            return JSON.arrayNode().add(made(schema.get("items")));
        }
        ObjectNode object = JSON.objectNode();
        schema.path("properties").properties().forEach(field -> object.set(field.getKey(), made(field.getValue())));
        if (object.isEmpty() && schema.path("additionalProperties").isObject()) {
            object.set("name", made(schema.get("additionalProperties")));
        }
        return object;
    }
}
