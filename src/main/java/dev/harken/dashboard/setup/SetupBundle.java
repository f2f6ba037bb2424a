package dev.harken.dashboard.setup;

import dev.harken.clients.ClientSettings;
import dev.harken.configs.ConfigSettings;
import dev.harken.dashboard.pages.Guide;
import dev.harken.dashboard.pages.Pages;
import dev.harken.database.Transactions;
import dev.harken.http.CheckedInput;
import dev.harken.monitoring.JobBoard;
import dev.harken.monitoring.notify.ChannelSettings;
import dev.harken.posts.PostDao;
import dev.harken.users.UserSettings;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jersey.setup.JerseyEnvironment;

/** Wires the set-up pages. */
public final class SetupBundle {
    private SetupBundle() {}

    /** Installs them; answers what guides those who have nothing to review yet. */
    public static Guide install(
            Environment environment, Pages pages, Transactions transactions, PostDao posts, Services services) {
        CheckedInput input = new CheckedInput(environment.getObjectMapper(), environment.getValidator());
        FirstSteps steps = new FirstSteps(
                transactions,
                services.clients(),
                services.configs(),
                services.users(),
                services.channels(),
                posts,
                services.board(),
                services.reading());
        SetupPages setup = new SetupPages(pages, services.clients());
        JerseyEnvironment jersey = environment.jersey();
        jersey.register(new SetupResource(setup, steps));
        jersey.register(new ConfigPagesResource(setup, services.configs(), input));
        jersey.register(new ChannelPagesResource(setup, services.channels(), input));
        jersey.register(new ClientPagesResource(setup, services.clients(), input));
        jersey.register(new UserPagesResource(setup, services.users(), input));
        return steps;
    }

    /**
     * What the pages do their work by, as the API does.
     *
     * @param reading what is read, for those who wait for it
     */
    public record Services(
            ClientSettings clients,
            ConfigSettings configs,
            UserSettings users,
            ChannelSettings channels,
            JobBoard board,
            FirstSteps.Reading reading) {}
}
