package dev.harken;

import io.dropwizard.core.Application;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.ServerCommand;
import java.util.Optional;
import net.sourceforge.argparse4j.inf.Namespace;

/** {@code server}: Dropwizard's, but a reason that the operator can mend is told in words. */
class StartCommand extends ServerCommand<HarkenConfiguration> {
    StartCommand(Application<HarkenConfiguration> application) {
        super(application);
    }

    StartCommand(Application<HarkenConfiguration> application, String name, String description) {
        super(application, name, description);
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
