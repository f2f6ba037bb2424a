package dev.harken.console.pages;

import dev.harken.cache.AnswerCache;
import dev.harken.console.access.Csrf;
import dev.harken.database.Database;
import dev.harken.database.Latencies;
import dev.harken.database.alerts.AlertsBundle.Alerts;
import dev.harken.database.insight.Examinations;
import dev.harken.health.HealthHistory;
import dev.harken.monitoring.JobBoard;
import freemarker.template.Configuration;
import io.dropwizard.core.setup.AdminEnvironment;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jersey.DropwizardResourceConfig;
import io.dropwizard.servlets.assets.AssetServlet;
import io.dropwizard.views.common.ViewMessageBodyWriter;
import io.dropwizard.views.freemarker.FreemarkerViewRenderer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.glassfish.jersey.servlet.ServletContainer;
import redis.clients.jedis.UnifiedJedis;

/** Puts the operator's pages on the admin port. */
public final class PagesBundle {
    private static final String ASSETS = "/console/assets";
    /** Where the webjar has it. */
    private static final String CHARTS = "/META-INF/resources/webjars/uplot/1.6.30/dist";

    private PagesBundle() {}

    /** What the pages show. */
    public record Sources(
            Database database,
            Alerts alerts,
            Examinations examinations,
            Latencies requests,
            HealthHistory health,
            JobBoard jobs,
            boolean jobEnabled,
            AnswerCache answers,
            Optional<UnifiedJedis> redis,
            Supplier<List<Setting>> settings) {}

    /** Adds the pages to the admin port, whose guards come before them. */
    public static void install(Environment environment, Sources sources, Csrf csrf, boolean login, Clock clock) {
        Pages pages = new Pages(sources.alerts().publisher().process().name(), login, csrf, clock);
        DropwizardResourceConfig jersey = new DropwizardResourceConfig(environment.metrics());
        FreemarkerViewRenderer renderer = new FreemarkerViewRenderer(Configuration.VERSION_2_3_34);
        // The same for every browser: what is shown is also copied.
        renderer.configure(Map.of(
                "number_format", "computer",
                "url_escaping_charset", "UTF-8",
                "log_template_exceptions", "false",
                "template_exception_handler", "rethrow"));
        jersey.register(new ViewMessageBodyWriter(environment.metrics(), List.of(renderer)));
        jersey.register(new PageProblems(pages));
        jersey.register(new OverviewResource(
                pages, sources.database(), sources.alerts(), sources.examinations(), sources.jobs(), clock));
        jersey.register(new ChecksResource(pages, sources.health()));
        jersey.register(new QueriesResource(
                pages,
                sources.examinations(),
                sources.database().pool().statements().latencies(),
                sources.requests()));
        jersey.register(new IndexesResource(pages, sources.examinations()));
        jersey.register(new TablesResource(pages, sources.examinations()));
        jersey.register(new ConnectionsResource(pages, sources.database(), sources.alerts(), sources.examinations()));
        jersey.register(new MigrationsResource(pages, sources.database().beside()));
        jersey.register(new JobsResource(pages, sources.jobs(), sources.jobEnabled(), clock));
        jersey.register(new CacheResource(pages, sources.answers(), sources.redis(), sources.examinations()));
        jersey.register(new SettingsResource(pages, sources.examinations(), sources.settings()));
        jersey.register(new ActionResource(pages));

        AdminEnvironment admin = environment.admin();
        admin.addServlet("console", new ServletContainer(jersey)).addMapping("", "/console/*");
        assets(admin, "console-assets", "/dev/harken/console/assets", ASSETS);
        assets(admin, "console-charts", CHARTS, ASSETS + "/uplot");
    }

    private static void assets(AdminEnvironment admin, String name, String resources, String path) {
        admin.addServlet(name, new AssetServlet(resources, path, null, StandardCharsets.UTF_8))
                .addMapping(path + "/*");
    }
}
