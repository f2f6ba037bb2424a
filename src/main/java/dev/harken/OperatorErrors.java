package dev.harken;

import dev.harken.bench.BenchException;
import dev.harken.database.embedded.EmbeddedServerException;
import dev.harken.database.migration.MigrationException;
import io.dropwizard.configuration.ConfigurationException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Failures that the operator can mend by what their message says; a stack trace would only hide it. */
final class OperatorErrors {
    private static final List<Class<? extends Exception>> KNOWN = List.of(
            StartupException.class,
            BenchException.class,
            EmbeddedServerException.class,
            MigrationException.class,
            ConfigurationException.class,
            SQLException.class,
            IllegalArgumentException.class);

    private OperatorErrors() {}

    /** The message to show instead of a stack trace, if this is such a failure. */
    static Optional<String> message(Throwable failure) {
        return KNOWN.stream().anyMatch(type -> type.isInstance(failure))
                ? Optional.ofNullable(failure.getMessage())
                : Optional.empty();
    }
}
