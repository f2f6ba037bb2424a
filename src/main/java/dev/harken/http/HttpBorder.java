package dev.harken.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harken.database.Latencies;
import dev.harken.database.Statements;
import io.dropwizard.core.setup.Environment;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import org.glassfish.jersey.server.ServerProperties;

/** Installs what stands between the network and the resources: limits on input, and problems for every error. */
public final class HttpBorder {
    private HttpBorder() {}

    public static void install(Environment environment, Statements statements, Latencies requests) {
        ObjectMapper mapper = environment.getObjectMapper();
        environment.jersey().register(new ProblemMapper());
        environment.jersey().register(new ViolationMapper());
        environment.jersey().register(new BodyLimit());
        environment.jersey().register(new KnownParameters());
        environment.jersey().register(new PlainConverters());
        environment.jersey().register(new RequestStatements(statements, requests, environment.metrics()));
        environment.jersey().property(ServerProperties.WADL_FEATURE_DISABLE, true);
        // At each start it would look through all methods of all resources again, which a test does once.
        environment.jersey().property(ServerProperties.RESOURCE_VALIDATION_DISABLE, true);
        environment
                .servlets()
                .addFilter("drain", new DrainFilter())
                .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
        environment.getApplicationContext().setErrorHandler(new ProblemErrorHandler(mapper));
        environment
                .lifecycle()
                .addServerLifecycleListener(server -> server.setErrorHandler(new ProblemErrorHandler(mapper)));
    }
}
