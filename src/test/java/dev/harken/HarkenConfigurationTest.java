package dev.harken;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.dropwizard.configuration.YamlConfigurationFactory;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.jersey.validation.Validators;
import org.junit.jupiter.api.Test;

class HarkenConfigurationTest {
    /** A command without a file writes the defaults as JSON and reads them again: what it writes must be readable. */
    @Test
    void theDefaultsNeedNoFile() {
        var configurations = new YamlConfigurationFactory<>(
                HarkenConfiguration.class, Validators.newValidator(), Jackson.newObjectMapper(), "dw");

        assertThatCode(configurations::build).doesNotThrowAnyException();
    }
}
