package dev.harken.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harken.testing.HarkenService;
import org.glassfish.jersey.server.ApplicationHandler;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.server.ServerProperties;
import org.glassfish.jersey.server.model.ModelValidationException;
import org.glassfish.jersey.server.model.Resource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Jersey's own judgement of the resources, which Harken's start does without. */
class ResourceModelIT {
    private static HarkenService harken;

    @BeforeAll
    static void start() throws Exception {
        harken = HarkenService.start("monitoring.enabled=false");
    }

    @AfterAll
    static void stop() {
        harken.close();
    }

    @Test
    void noResourceIsFoundFaultWith() {
        assertThatCode(() -> new ApplicationHandler(judged())).doesNotThrowAnyException();
    }

    @Test
    void aFaultWouldBeFound() {
        ResourceConfig faulty = judged();
        Resource.Builder twice = Resource.builder("twice");
        for (int i = 0; i < 2; i++) {
            twice.addMethod("GET").produces("text/plain").handledBy(request -> "text");
        }
        faulty.registerResources(twice.build());

        assertThatThrownBy(() -> new ApplicationHandler(faulty)).isInstanceOf(ModelValidationException.class);
    }

    private static ResourceConfig judged() {
        return new ResourceConfig(harken.support().getEnvironment().jersey().getResourceConfig())
                .property(ServerProperties.RESOURCE_VALIDATION_DISABLE, false);
    }
}
