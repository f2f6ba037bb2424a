package dev.harken.console;

import dev.harken.audit.AuditDao;
import dev.harken.auth.Callers;
import dev.harken.configs.ConfigDao;
import dev.harken.configs.ScanTrigger;
import dev.harken.console.access.AccessBundle;
import dev.harken.console.access.AccessRules;
import dev.harken.console.access.Csrf;
import dev.harken.console.actions.ActionsBundle;
import dev.harken.console.pages.PagesBundle;
import dev.harken.console.prometheus.PrometheusBundle;
import dev.harken.console.prometheus.SignalMetrics;
import dev.harken.database.alerts.SignalBoard;
import dev.harken.users.SignIn;
import io.dropwizard.core.setup.Environment;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** The admin port: its guards, the operator's pages and actions, and what Prometheus reads. */
public final class ConsoleBundle {
    private ConsoleBundle() {}

    /**
     * Installs all of it.
     *
     * @param sources what the pages show
     * @param longRuns gives connections of their own to what runs for long
     */
    public static void install(
            Environment environment,
            AccessRules access,
            PagesBundle.Sources sources,
            Callers callers,
            SignIn signIn,
            ConfigDao configs,
            AuditDao audit,
            ScanTrigger scans,
            DataSource longRuns,
            Clock clock) {
        Csrf csrf = AccessBundle.install(environment, access, callers, signIn);
        ActionsBundle.install(
                environment,
                sources.database().transactions(),
                audit,
                configs,
                scans,
                sources.database().beside(),
                longRuns,
                sources.examinations()::forget);
        PagesBundle.install(environment, sources, csrf, access.login(), clock);
        PrometheusRegistry registry =
                PrometheusBundle.install(environment, sources.database().pool());
        SignalBoard board = sources.alerts().board();
        SignalMetrics.register(
                registry,
                () -> board.states().stream()
                        .filter(state -> state.latest().isMeasured())
                        .collect(Collectors.toMap(state -> state.signal().label(), state -> state.signal()
                                .unit()
                                .toBase(state.latest().value()))),
                () -> board.states().stream()
                        .collect(Collectors.toMap(state -> state.signal().label(), state -> state.level()
                                .label())));
    }
}
