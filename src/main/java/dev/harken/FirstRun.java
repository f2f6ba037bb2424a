package dev.harken;

import dev.harken.clients.Client;
import dev.harken.clients.ClientDao;
import dev.harken.configs.ConfigDao;
import dev.harken.database.Tenant;
import dev.harken.database.Transactions;
import dev.harken.monitoring.sample.SampleClient;
import dev.harken.monitoring.sample.SampleClients;
import dev.harken.users.Administrator;
import java.io.PrintStream;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** What only happens on a new installation: clients that listen to the sample posts, and a word of welcome. */
final class FirstRun {
    private final Transactions transactions;
    private final ClientDao clients;
    private final ConfigDao configs;
    private final PrintStream out;

    FirstRun(Transactions transactions, ClientDao clients, ConfigDao configs, PrintStream out) {
        this.transactions = transactions;
        this.clients = clients;
        this.configs = configs;
        this.out = out;
    }

    /** Makes the sample clients, unless there is any client. Their scans are planned like those of all others. */
    void makeSampleClients() {
        transactions.change(Tenant.EVERY, session -> {
            if (!clients.isEmpty(session)) {
                return;
            }
            for (SampleClient sample : SampleClients.load()) {
                Client client = clients.create(session, sample.name());
                configs.create(session, client.id(), sample.subreddits(), sample.keywords(), sample.replyTemplate());
            }
        });
    }

    /** Says where to look and how to log in. Straight to the terminal: a password does not belong in a log. */
    void welcome(Server server, Administrator.Made administrator) {
        out.println();
        out.println("Harken is ready.");
        for (Connector connector : server.getConnectors()) {
            if (connector instanceof ServerConnector port && "application".equals(port.getName())) {
                out.println("  Posts    http://localhost:" + port.getLocalPort() + "/");
                out.println("  API      http://localhost:" + port.getLocalPort() + "/api/posts");
                out.println("  Health   http://localhost:" + port.getLocalPort() + "/health/detailed");
            } else if (connector instanceof ServerConnector port) {
                out.println("  Admin    http://localhost:" + port.getLocalPort() + "/");
            }
        }
        out.println("  Log in   " + administrator.email() + "  "
                + administrator.generatedPassword().orElse("with the password that you set"));
        if (administrator.generatedPassword().isPresent()) {
            out.println("           This password is not shown again.");
        }
        out.println();
    }
}
