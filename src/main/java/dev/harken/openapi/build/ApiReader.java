package dev.harken.openapi.build;

import com.fasterxml.jackson.annotation.JsonView;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.harken.auth.SignInRequired;
import dev.harken.database.Utf8Text;
import dev.harken.http.Answers;
import dev.harken.http.AnswersWith;
import dev.harken.http.ApiJson;
import dev.harken.http.BodyNeeds;
import dev.harken.http.MayRefuse;
import dev.harken.http.PageParams;
import dev.harken.http.Problem;
import io.dropwizard.auth.Auth;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.converter.ResolvedSchema;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.core.util.Configuration;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.core.util.PrimitiveType;
import io.swagger.v3.jaxrs2.Reader;
import io.swagger.v3.jaxrs2.ResolvedParameter;
import io.swagger.v3.jaxrs2.ext.AbstractOpenAPIExtension;
import io.swagger.v3.jaxrs2.ext.OpenAPIExtension;
import io.swagger.v3.jaxrs2.ext.OpenAPIExtensions;
import io.swagger.v3.oas.integration.SwaggerConfiguration;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import io.swagger.v3.oas.models.tags.Tag;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Request;
import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads the routes, what they take and what they answer. */
final class ApiReader {
    private static final PropertyNamingStrategies.NamingBase NAMES =
            (PropertyNamingStrategies.NamingBase) PropertyNamingStrategies.SNAKE_CASE;
    private static final Map<Integer, String> SUCCESSES = Map.of(
            200, "What there is.",
            201, "It was made, and is this.",
            202, "It was begun, and goes on after this answer.",
            204, "It was done.");
    private static final String TOKEN = "token";
    /** The route's own pattern for both of the addresses that the health resource has. */
    private static final String EITHER_HEALTH = "/{where}";

    private final String version;
    private final SchemaNames names = new SchemaNames();
    private final Map<String, Operation> calls = new TreeMap<>();
    private final Map<String, String> tags = new TreeMap<>();
    private final Set<String> undescribed = new TreeSet<>();
    private final Set<String> untyped = new TreeSet<>();

    @SuppressWarnings("rawtypes") // As Swagger has it.
    private final Map<String, Schema> schemas = new TreeMap<>();

    ApiReader(String version) {
        this.version = version;
    }

    ObjectNode read(Set<Class<?>> resources) {
        PrimitiveType.customClasses().put(Utf8Text.class.getName(), PrimitiveType.STRING);
        ModelConverters.getInstance(true).addConverter(new ModelResolver(ApiJson.mapper(), names).openapi31(true));
        OpenAPI begun = new OpenAPI().components(components());
        SwaggerConfiguration configuration =
                new SwaggerConfiguration().openAPI31(true).openAPI(begun);
        OpenAPIExtensions.setExtensions(extensions());
        OpenAPI api = new Reader(configuration).read(resources);
        if (!undescribed.isEmpty()) {
            throw new IllegalStateException("these have no Javadoc that callers could read: " + undescribed);
        }
        if (!untyped.isEmpty()) {
            throw new IllegalStateException("these answer a Response and have no @AnswersWith: " + untyped);
        }
        api.info(info());
        ModelConverters.getInstance(true)
                .readAll(new AnnotatedType(Problem.class))
                .forEach(api.getComponents()::addSchemas);
        schemas.forEach(api.getComponents()::addSchemas);
        StandardProblems.addTo(api.getComponents());
        tags.forEach((name, text) -> api.addTagsItem(new Tag().name(name).description(text)));
        api.servers(List.of(new Server().url("/")));
        for (String path : List.copyOf(api.getPaths().keySet())) {
            if (path.startsWith(EITHER_HEALTH)) {
                api.getPaths()
                        .addPathItem(
                                path.replace(EITHER_HEALTH, "/health"),
                                api.getPaths().remove(path));
            }
        }
        return Json31.mapper().valueToTree(api);
    }

    /** Whose schemas there are, by their names; complete once {@link #read} has answered. */
    Map<String, Class<?>> types() {
        return names.types();
    }

    private Info info() {
        return new Info()
                .title("Harken")
                .version(version)
                .description(
                        """
                        Watches Reddit for an agency's clients, and drafts replies that people review and post by hand.

                        Sign in with `POST /api/auth/login`, and send the access token with every other call. A client's \
                        user sees that client's rows and no others; an administrator sees all. Lists are plain arrays; \
                        the addresses of their neighbouring pages are in the `Link` header. Times are in UTC. Every \
                        error is a problem document (RFC 9457).""")
                .license(new License().name("Apache-2.0").identifier("Apache-2.0"));
    }

    private static Components components() {
        return new Components()
                .addSecuritySchemes(
                        TOKEN,
                        new SecurityScheme()
                                .type(SecurityScheme.Type.HTTP)
                                .scheme("bearer")
                                .bearerFormat("JWT")
                                .description("What `POST /api/auth/login` answers as `access_token`."));
    }

    private List<OpenAPIExtension> extensions() {
        List<OpenAPIExtension> extensions = new ArrayList<>();
        extensions.add(new Ours());
        // They are Swagger's for the whole process, with that of an earlier reading.
        OpenAPIExtensions.getExtensions().stream()
                .filter(extension -> !(extension instanceof Ours))
                .forEach(extensions::add);
        // The reader tells the first of them only.
        Configuration configuration = new Configuration().openAPI31(true);
        extensions.forEach(extension -> extension.setConfiguration(configuration));
        return extensions;
    }

    /** What Swagger does not know of Harken's resources. */
    private final class Ours extends AbstractOpenAPIExtension {
        @Override
        public ResolvedParameter extractParameters(
                List<Annotation> annotations,
                Type type,
                Set<Type> skipped,
                Components components,
                jakarta.ws.rs.Consumes classConsumes,
                jakarta.ws.rs.Consumes methodConsumes,
                boolean includeRequestBody,
                JsonView view,
                Iterator<OpenAPIExtension> chain) {
            if (has(annotations, Auth.class) || has(annotations, Context.class)) {
                return new ResolvedParameter();
            }
            if (!has(annotations, BeanParam.class)) {
                return super.extractParameters(
                        annotations,
                        type,
                        skipped,
                        components,
                        classConsumes,
                        methodConsumes,
                        includeRequestBody,
                        view,
                        chain);
            }
            // Swagger sees what has getters only.
            ResolvedParameter all = new ResolvedParameter();
            for (Field field : parameterFields(constructType(type).getRawClass())) {
                Iterator<OpenAPIExtension> again = OpenAPIExtensions.chain();
                again.next();
                List<Parameter> read = super.extractParameters(
                                List.of(field.getAnnotations()),
                                field.getGenericType(),
                                skipped,
                                components,
                                classConsumes,
                                methodConsumes,
                                includeRequestBody,
                                view,
                                again)
                        .parameters;
                read.forEach(parameter -> describe(parameter, Javadocs.of(field), field.toString()));
                all.parameters.addAll(read);
            }
            return all;
        }

        @Override
        public void decorateOperation(Operation operation, Method method, Iterator<OpenAPIExtension> chain) {
            super.decorateOperation(operation, method, chain);
            String tag = tag(method.getDeclaringClass());
            operation.setTags(List.of(tag));
            operation.setOperationId(tag
                    + method.getName().substring(0, 1).toUpperCase(Locale.ROOT)
                    + method.getName().substring(1));
            String text = Javadocs.of(method).orElseGet(() -> {
                undescribed.add(method.getDeclaringClass().getSimpleName() + "." + method.getName());
                return "";
            });
            operation.setSummary(text.split("[.;:](\\s|$)", 2)[0]);
            operation.setDescription(text);
            if (operation.getParameters() != null) {
                operation.getParameters().stream()
                        .filter(parameter -> parameter.getDescription() == null)
                        .forEach(parameter -> describe(parameter, ofParameter(method, parameter), method.toString()));
            }
            needs(operation, method);
            answers(operation, method);
            headers(operation, method);
            if (!SignInRequired.isOpen(method)) {
                operation.addSecurityItem(new SecurityRequirement().addList(TOKEN));
            } else {
                operation.setSecurity(List.of());
            }
            StandardProblems.addTo(operation, method);
            Operation other = calls.putIfAbsent(call(method), operation);
            if (other != null) {
                merge(operation, other);
            }
            ApiResponses sorted = new ApiResponses();
            new TreeMap<>(operation.getResponses()).forEach(sorted::addApiResponse);
            operation.setResponses(sorted);
        }

        /** Of the same call with a body of another type; in whatever order the methods came. */
        private void merge(Operation operation, Operation other) {
            Map<String, MediaType> bodies =
                    new TreeMap<>(operation.getRequestBody().getContent());
            bodies.putAll(other.getRequestBody().getContent());
            Content content = new Content();
            bodies.forEach(content::addMediaType);
            operation.getRequestBody().content(content).required(true);
            other.getResponses().forEach(operation.getResponses()::putIfAbsent);
            if (other.getOperationId().compareTo(operation.getOperationId()) < 0) {
                operation
                        .operationId(other.getOperationId())
                        .summary(other.getSummary())
                        .description(other.getDescription());
            }
        }

        private void describe(Parameter parameter, Optional<String> text, String where) {
            if (parameter.getIn().equals("path")) {
                parameter.setRequired(true);
            }
            text.ifPresentOrElse(parameter::setDescription, () -> undescribed.add(where + " " + parameter.getName()));
        }
    }

    private static void needs(Operation operation, Method method) {
        BodyNeeds needed = method.getAnnotation(BodyNeeds.class);
        if (needed != null) {
            operation
                    .getRequestBody()
                    .getContent()
                    .values()
                    .forEach(body -> body.setSchema(new Schema<>()
                            .addAllOfItem(body.getSchema())
                            .addAllOfItem(new Schema<>().required(List.of(needed.value())))));
        }
    }

    private void answers(Operation operation, Method method) {
        for (AnswersWith answer : method.getAnnotationsByType(AnswersWith.class)) {
            operation.getResponses().addApiResponse(Integer.toString(answer.status()), answer(answer, method));
        }
        for (MayRefuse refusal : method.getAnnotationsByType(MayRefuse.class)) {
            operation
                    .getResponses()
                    .addApiResponse(
                            Integer.toString(refusal.status()),
                            StandardProblems.response(
                                    refusal.because(), Problem.of(refusal.status(), refusal.because())));
        }
        ApiResponse unnamed = operation.getResponses().remove("default");
        if (method.getReturnType() == void.class) {
            operation.getResponses().addApiResponse("204", new ApiResponse().description(SUCCESSES.get(204)));
        } else if (method.getReturnType() != jakarta.ws.rs.core.Response.class) {
            operation.getResponses().addApiResponse("200", unnamed.description(SUCCESSES.get(200)));
        } else if (!method.isAnnotationPresent(AnswersWith.class)
                && !method.isAnnotationPresent(AnswersWith.Several.class)) {
            untyped.add(method.toString());
        }
    }

    /** What stands above an answer: of a list its neighbours, of what is tagged its tag. */
    private static void headers(Operation operation, Method method) {
        ApiResponse answer = operation.getResponses().get("200");
        List<Class<?>> taken = List.of(method.getParameterTypes());
        if (taken.stream().anyMatch(PageParams.class::isAssignableFrom)) {
            answer.addHeaderObject(
                    "Link", header("The addresses of the pages after and before this, as `next` and `prev`."));
        }
        Produces types = method.getAnnotation(Produces.class);
        if (types != null && types.value()[0].equals("text/csv")) {
            answer.addHeaderObject("Content-Disposition", header("The file's name."));
        }
        if (taken.contains(ContainerRequestContext.class) || taken.contains(Request.class)) {
            answer.addHeaderObject("ETag", header("What the answer is known by."));
            operation
                    .getResponses()
                    .addApiResponse("304", new ApiResponse().description("The caller has it already."))
                    .addApiResponse("412", new ApiResponse().description("It is not what `If-Match` names."));
            operation.addParametersItem(new HeaderParameter()
                    .name("If-None-Match")
                    .description("The `ETag` of the answer that the caller has.")
                    .schema(StandardProblems.ofType("string")));
        }
        if (Arrays.stream(method.getAnnotationsByType(AnswersWith.class)).anyMatch(AnswersWith::dated)) {
            for (String status : List.of("200", "304")) {
                operation
                        .getResponses()
                        .get(status)
                        .addHeaderObject(Answers.AS_OF, header("As of when the answer is true."));
            }
        }
    }

    private static Header header(String description) {
        return new Header().description(description).schema(StandardProblems.ofType("string"));
    }

    private ApiResponse answer(AnswersWith answer, Method method) {
        ResolvedSchema read = ModelConverters.getInstance(true)
                .resolveAsResolvedSchema(new AnnotatedType(answer.value()).resolveAsRef(true));
        schemas.putAll(read.referencedSchemas);
        Schema<?> schema = answer.list() ? new ArraySchema().items(read.schema) : read.schema;
        if (answer.list()) {
            schema.addType("array");
        }
        Produces types = Optional.ofNullable(method.getAnnotation(Produces.class))
                .orElseGet(() -> method.getDeclaringClass().getAnnotation(Produces.class));
        String type = answer.status() == 409 ? Problem.JSON : types.value()[0];
        return new ApiResponse()
                .description(answer.because().isEmpty() ? SUCCESSES.get(answer.status()) : answer.because())
                .content(new Content().addMediaType(type, new MediaType().schema(schema)));
    }

    private static String call(Method method) {
        String verb = Arrays.stream(method.getAnnotations())
                .flatMap(mark -> Arrays.stream(mark.annotationType().getAnnotationsByType(HttpMethod.class)))
                .map(HttpMethod::value)
                .findFirst()
                .orElseThrow();
        return verb + " " + method.getDeclaringClass().getAnnotation(Path.class).value()
                + Optional.ofNullable(method.getAnnotation(Path.class))
                        .map(Path::value)
                        .orElse("");
    }

    private String tag(Class<?> resource) {
        String tag = resource.getSimpleName().replaceFirst("(Page)?Resource$", "");
        String name = tag.substring(0, 1).toLowerCase(Locale.ROOT) + tag.substring(1);
        tags.computeIfAbsent(name, none -> Javadocs.of(resource).orElse(""));
        return name;
    }

    private static Optional<String> ofParameter(Method method, Parameter parameter) {
        if (parameter.getName().equals("id")) {
            return Optional.of("Which one.");
        }
        if (parameter.getIn().equals("header")) {
            return Arrays.stream(method.getParameters())
                    .filter(candidate -> candidate.isAnnotationPresent(HeaderParam.class))
                    .findFirst()
                    .flatMap(found -> Javadocs.of(method, found.getName()));
        }
        return Arrays.stream(method.getParameters())
                .filter(candidate -> NAMES.translate(candidate.getName()).equals(parameter.getName())
                        || candidate.getName().equals(parameter.getName()))
                .findFirst()
                .flatMap(found -> Javadocs.of(method, found.getName()));
    }

    private static List<Field> parameterFields(Class<?> bean) {
        List<Field> fields = new ArrayList<>();
        for (Class<?> type = bean; type != Object.class; type = type.getSuperclass()) {
            Arrays.stream(type.getDeclaredFields())
                    .filter(field -> field.isAnnotationPresent(QueryParam.class))
                    .forEach(fields::add);
        }
        return fields;
    }

    private static boolean has(List<Annotation> annotations, Class<? extends Annotation> wanted) {
        return annotations.stream().anyMatch(wanted::isInstance);
    }
}
