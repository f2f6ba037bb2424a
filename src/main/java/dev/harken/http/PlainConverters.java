package dev.harken.http;

import jakarta.ws.rs.ext.ParamConverter;
import jakarta.ws.rs.ext.ParamConverterProvider;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.function.Function;

/**
 * Converts the texts of parameters to the plain types, as Jersey does.
 *
 * <p>Jersey looks for a converter at every request for each field of a {@code @BeanParam}. Where nobody offers one, it
 * finds out by the exceptions of reflection that {@code String} has no {@code fromString}: half of what a {@code 304}
 * cost.
 */
final class PlainConverters implements ParamConverterProvider {
    private static final Map<Class<?>, Plain<?>> CONVERTERS = Map.of(
            String.class, new Plain<>(null, text -> text),
            Integer.class, new Plain<>(null, Integer::valueOf),
            Long.class, new Plain<>(null, Long::valueOf),
            int.class, new Plain<>(0, Integer::valueOf),
            long.class, new Plain<>(0L, Long::valueOf));

    @Override
    @SuppressWarnings("unchecked") // Each class is the key of its own converter.
    public <T> ParamConverter<T> getConverter(Class<T> rawType, Type genericType, Annotation[] annotations) {
        return (ParamConverter<T>) CONVERTERS.get(rawType);
    }

    /**
     * A converter.
     *
     * @param absent the value of a parameter that is not given
     */
    private record Plain<T>(T absent, Function<String, T> read) implements ParamConverter<T> {
        @Override
        public T fromString(String text) {
            return text == null ? absent : read.apply(text);
        }

        @Override
        public String toString(T value) {
            return value.toString();
        }
    }
}
