package dev.harken;

import io.dropwizard.configuration.ConfigurationSourceProvider;
import io.dropwizard.configuration.SubstitutingSourceProvider;
import java.util.Map;
import org.apache.commons.text.StringSubstitutor;

/**
 * Fills {@code ${NAME:-default}} in config.yml from the environment. A value is escaped as text inside double quotes,
 * so that a password with a quote, a backslash or a {@code #} in it stays what it is.
 */
final class EnvironmentSettings {
    private EnvironmentSettings() {}

    static ConfigurationSourceProvider over(ConfigurationSourceProvider files, Map<String, String> environment) {
        StringSubstitutor substitutor = new StringSubstitutor((String name) -> escape(environment.get(name)));
        substitutor.setDisableSubstitutionInValues(true);
        return new SubstitutingSourceProvider(files, substitutor);
    }

    private static String escape(String value) {
        // An empty variable means the default, as in a shell's ${NAME:-default}.
        return value == null || value.isEmpty()
                ? null
                : value.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
