package dev.harken;

import dev.harken.database.DatabaseFactory;
import dev.harken.database.embedded.EmbeddedServer;
import dev.harken.database.migration.MigrationsCommand;
import io.dropwizard.core.cli.Cli;
import java.util.Optional;
import net.sourceforge.argparse4j.inf.Namespace;

/** {@code db}: where no database is set, the one that comes along runs while the command does. */
final class DatabaseCommand extends MigrationsCommand<HarkenConfiguration> {
    DatabaseCommand() {
        super(configuration -> configuration.getDatabase().migrations(), HarkenConfiguration.class);
    }

    @Override
    protected void around(HarkenConfiguration configuration, Work command) throws Exception {
        DatabaseFactory database = configuration.getDatabase();
        if (!database.isEmbedded()) {
            Optional<String> refusal = database.directRefusal(database.unpooled());
            if (refusal.isPresent()) {
                throw new StartupException(refusal.get());
            }
            command.run();
            return;
        }
        try (EmbeddedServer server = database.getEmbedded().start(configuration.dataDirectory())) {
            database.pointTo(server.jdbcUrl(), server.user(), server.password());
            command.run();
        }
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable failure) {
        Optional<String> message = OperatorErrors.message(failure);
        if (message.isPresent()) {
            cli.getStdErr().println(message.get());
        } else {
            super.onError(cli, namespace, failure);
        }
    }
}
