package dev.harken.http;

import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.core.MultivaluedMap;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Parameter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Refuses a query parameter that a route with parameters does not know. A misspelt filter would otherwise answer everything, and
 * the old system's {@code offset} would answer the first page for ever.
 */
public final class KnownParameters implements DynamicFeature {
    @Override
    public void configure(ResourceInfo route, FeatureContext context) {
        Set<String> known = new TreeSet<>();
        for (Parameter parameter : route.getResourceMethod().getParameters()) {
            name(parameter).ifPresent(known::add);
            if (parameter.isAnnotationPresent(BeanParam.class)) {
                addFields(parameter.getType(), known);
            }
        }
        if (!known.isEmpty()) {
            context.register(new Check(known));
        }
    }

    private static void addFields(Class<?> bean, Set<String> known) {
        for (Class<?> type = bean; type != null && type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                name(field).ifPresent(known::add);
            }
        }
    }

    private static Optional<String> name(AnnotatedElement element) {
        return Optional.ofNullable(element.getAnnotation(QueryParam.class)).map(QueryParam::value);
    }

    /**
     * Checks one parameter of a request.
     *
     * @param known the names that the address knows
     * @throws ProblemException 400 when it is not known, stands more than once, or cannot be stored
     */
    public static void check(Set<String> known, String name, List<String> values) {
        if (!known.contains(name)) {
            throw ProblemException.badParameter(
                    PlainText.isStorable(name) ? name : "(unreadable)",
                    "is not known here; known are " + String.join(", ", known));
        }
        if (values.size() > 1) {
            throw ProblemException.badParameter(name, "stands more than once");
        }
        if (!values.stream().allMatch(PlainText::isStorable)) {
            throw ProblemException.badParameter(name, PlainText.REFUSAL);
        }
    }

    private record Check(Set<String> known) implements ContainerRequestFilter {
        @Override
        public void filter(ContainerRequestContext request) {
            MultivaluedMap<String, String> given = request.getUriInfo().getQueryParameters();
            given.forEach((name, values) -> check(known, name, values));
        }
    }
}
