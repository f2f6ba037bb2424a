package dev.harken;

import ch.qos.logback.classic.spi.ILoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.logging.common.ConsoleAppenderFactory;
import io.dropwizard.logging.common.DefaultLoggingFactory;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.sourceforge.argparse4j.inf.Namespace;

/**
 * A command whose standard output is a report and nothing else: what is logged goes to the standard error.
 *
 * <p>No {@code ConfiguredCommand}: that would open the service's own log files and write to the service's own log.
 */
abstract class ReportingCommand extends Command {
    ReportingCommand(String name, String description) {
        super(name, description);
    }

    /**
     * Reads the configuration as {@code server} does.
     *
     * @param file null for the defaults
     */
    static HarkenConfiguration configuration(Bootstrap<?> bootstrap, String file)
            throws IOException, ConfigurationException {
        @SuppressWarnings("unchecked") // The application's own.
        Bootstrap<HarkenConfiguration> ours = (Bootstrap<HarkenConfiguration>) bootstrap;
        var factory = ours.getConfigurationFactoryFactory()
                .create(
                        HarkenConfiguration.class,
                        ours.getValidatorFactory().getValidator(),
                        ours.getObjectMapper(),
                        "dw");
        return file == null ? factory.build() : factory.build(ours.getConfigurationSourceProvider(), file);
    }

    /** Warnings and worse, but for some loggers. */
    static DefaultLoggingFactory loggingToStandardError(Map<String, JsonNode> loggers) {
        ConsoleAppenderFactory<ILoggingEvent> console = new ConsoleAppenderFactory<>();
        console.setTarget(ConsoleAppenderFactory.ConsoleStream.STDERR);
        DefaultLoggingFactory logging = new DefaultLoggingFactory();
        logging.setLevel("WARN");
        logging.setLoggers(loggers);
        logging.setAppenders(List.of(console));
        return logging;
    }

    /** Tells why the command could not do its work; nothing when it has done it and only ends with a code. */
    @Override
    public void onError(Cli cli, Namespace namespace, Throwable failure) {
        Throwable cause = failure.getCause();
        if (cause == null) {
            return; // The report has told it all.
        }
        // IOException: there is no such file, or it cannot be read.
        Optional<String> message =
                cause instanceof IOException ? Optional.ofNullable(cause.getMessage()) : OperatorErrors.message(cause);
        if (message.isPresent()) {
            cli.getStdErr().println(message.get());
        } else {
            super.onError(cli, namespace, cause);
        }
    }
}
