package dev.harken.monitoring.sample;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** Reads the samples that come with the program. */
final class Samples {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private Samples() {}

    static <T> List<T> read(String file, Class<T[]> type) {
        try (InputStream samples = Samples.class.getResourceAsStream("/samples/" + file)) {
            if (samples == null) {
                throw new IllegalStateException("samples/" + file + " is missing from the program: build it again");
            }
            return List.of(JSON.readValue(samples, type));
        } catch (IOException e) {
            throw new UncheckedIOException("samples/" + file + " cannot be read: build the program again", e);
        }
    }
}
