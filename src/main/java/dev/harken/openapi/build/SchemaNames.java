package dev.harken.openapi.build;

import io.swagger.v3.core.jackson.TypeNameResolver;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Names a schema after its type, with the record that it is part of before it. Refuses a second type of the same name. */
final class SchemaNames extends TypeNameResolver {
    private final Map<String, Class<?>> types = new TreeMap<>();

    @Override
    protected String nameForClass(Class<?> type, Set<Options> options) {
        String own = type.getSimpleName().replaceFirst("View$", "");
        Class<?> around = type.getEnclosingClass();
        if (own.isEmpty()) {
            own = around.getSimpleName();
        }
        String name = around != null && around.isRecord() ? nameForClass(around, options) + own : own;
        Class<?> other = types.putIfAbsent(name, type);
        if (other != null && other != type) {
            throw new IllegalStateException(type + " and " + other + " would both be the schema " + name);
        }
        return name;
    }

    Map<String, Class<?>> types() {
        return types;
    }
}
