package dev.harken.console.actions;

import dev.harken.configs.ClientConfig;
import dev.harken.configs.ConfigDao;
import dev.harken.configs.ScanTrigger;
import dev.harken.database.Tenant;
import dev.harken.database.Transactions;
import io.dropwizard.servlets.tasks.Task;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code POST /tasks/scan-now?config=…}: starts the scan of one config, or of every active one. */
final class ScanNow extends Task {
    private final Transactions transactions;
    private final ConfigDao configs;
    private final ScanTrigger scans;

    ScanNow(Transactions transactions, ConfigDao configs, ScanTrigger scans) {
        super("scan-now");
        this.transactions = transactions;
        this.configs = configs;
        this.scans = scans;
    }

    @Override
    public void execute(Map<String, List<String>> sent, PrintWriter output) throws ActionRefused {
        Optional<Long> wanted = new Parameters(sent).number("config");
        List<Long> ids = wanted.isPresent() ? List.of(one(wanted.get())) : all();
        if (ids.isEmpty()) {
            output.println("No config is active, so nothing was started.");
        }
        ids.forEach(id -> output.println("The scan of config " + id + " was started."));
        if (ids.size() == ScanTrigger.MOST) {
            output.println("These are " + ScanTrigger.MOST + "; to start others, do it again.");
        }
    }

    private long one(long id) throws ActionRefused {
        ClientConfig config = transactions
                .read(Tenant.EVERY, session -> configs.find(session, id))
                .orElseThrow(() -> new ActionRefused("There is no config " + id + "."));
        if (!config.isActive()) {
            throw new ActionRefused("Config " + id + " is not active. Activate it first.");
        }
        scans.scanSoon(id);
        return id;
    }

    private List<Long> all() {
        return scans.scanSoon(Tenant.EVERY).stream().map(ClientConfig::id).toList();
    }
}
