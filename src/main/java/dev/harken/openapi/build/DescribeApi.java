package dev.harken.openapi.build;

import ch.qos.logback.classic.Level;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.harken.http.browser.ForBrowsers;
import io.dropwizard.logging.common.BootstrapLogging;
import io.github.classgraph.ClassGraph;
import io.github.classgraph.ClassInfo;
import io.github.classgraph.ScanResult;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;

/** Writes {@code openapi.json}; started by the build. Fails when something of the API is not described. */
public final class DescribeApi {
    private DescribeApi() {}

    /**
     * Writes the file.
     *
     * @param arguments the file with the examples, the file to write, Harken's version
     */
    public static void main(String[] arguments) throws IOException {
        BootstrapLogging.bootstrap(Level.WARN);
        Examples examples = Examples.read(java.nio.file.Path.of(arguments[0]));
        java.nio.file.Path target = java.nio.file.Path.of(arguments[1]);
        ApiReader reader = new ApiReader(arguments[2]);
        ObjectNode api = reader.read(resources());
        new Schemas(api, reader.types(), examples).complete();
        examples.refuseUnused();
        Files.createDirectories(target.getParent());
        Files.write(
                target,
                new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsBytes(api));
    }

    /** What answers programs on the main port, by name. */
    private static Set<Class<?>> resources() {
        try (ScanResult scan = new ClassGraph()
                .acceptPackages("dev.harken")
                .rejectPackages("dev.harken.console", "dev.harken.dashboard", "dev.harken.openapi.build")
                .enableAnnotationInfo()
                .ignoreClassVisibility()
                .scan()) {
            Set<Class<?>> resources = new LinkedHashSet<>();
            scan.getClassesWithAnnotation(Path.class).stream()
                    .sorted(Comparator.comparing(ClassInfo::getName))
                    .map(ClassInfo::loadClass)
                    .filter(type -> !type.isAnnotationPresent(ForBrowsers.class))
                    .forEach(resources::add);
            return resources;
        }
    }
}
