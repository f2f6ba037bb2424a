package dev.harken.openapi.build;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a field may hold, by its name, or by its type's name and its own where others of that name hold something else. */
final class Examples {
    private final JsonNode values;
    private final Set<String> used = new HashSet<>();

    private Examples(JsonNode values) {
        this.values = values;
    }

    static Examples read(Path file) throws IOException {
        return new Examples(new YAMLMapper().readTree(file.toFile()));
    }

    Optional<JsonNode> of(String type, String field) {
        for (String name : new String[] {type + "." + field, field}) {
            if (values.has(name)) {
                used.add(name);
                return Optional.of(values.get(name));
            }
        }
        return Optional.empty();
    }

    /** An example that nothing has is a mistake: a field that was renamed or is gone. */
    void refuseUnused() {
        Set<String> unused = new TreeSet<>();
        values.fieldNames().forEachRemaining(unused::add);
        unused.removeAll(used);
        if (!unused.isEmpty()) {
            throw new IllegalStateException("these examples are of no field: " + unused);
        }
    }
}
