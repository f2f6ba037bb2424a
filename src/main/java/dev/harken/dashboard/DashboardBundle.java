package dev.harken.dashboard;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harken.analytics.Analytics;
import dev.harken.analytics.Export;
import dev.harken.auth.AccessTokens;
import dev.harken.auth.Callers;
import dev.harken.clients.ClientDao;
import dev.harken.configs.ConfigDao;
import dev.harken.dashboard.assets.Assets;
import dev.harken.dashboard.assets.AssetsResource;
import dev.harken.dashboard.docs.DocsPageResource;
import dev.harken.dashboard.figures.FiguresResource;
import dev.harken.dashboard.live.PageEventsServlet;
import dev.harken.dashboard.pages.DraftOrders;
import dev.harken.dashboard.pages.DraftPageResource;
import dev.harken.dashboard.pages.EmptyParameters;
import dev.harken.dashboard.pages.FeedResource;
import dev.harken.dashboard.pages.Guide;
import dev.harken.dashboard.pages.Pages;
import dev.harken.dashboard.pages.PostDesk;
import dev.harken.dashboard.pages.PostPageResource;
import dev.harken.dashboard.session.LoginPageResource;
import dev.harken.dashboard.session.LogoutPageResource;
import dev.harken.dashboard.session.PageGuard;
import dev.harken.dashboard.setup.SetupBundle;
import dev.harken.database.Transactions;
import dev.harken.http.ProblemAnswers;
import dev.harken.http.browser.FormTokens;
import dev.harken.live.EventStreams;
import dev.harken.live.ViewingDao;
import dev.harken.monitoring.DraftRequests;
import dev.harken.monitoring.feed.Feed;
import dev.harken.posts.PostDao;
import dev.harken.posts.PostMarks;
import dev.harken.responses.ResponseChanges;
import dev.harken.responses.ResponseDao;
import dev.harken.users.SignIn;
import freemarker.template.Configuration;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jersey.setup.JerseyEnvironment;
import io.dropwizard.views.common.ViewMessageBodyWriter;
import io.dropwizard.views.freemarker.FreemarkerViewRenderer;
import jakarta.servlet.ServletRegistration;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import org.glassfish.jersey.server.ServerProperties;

/** Puts the reviewer's pages on the main port, beside the API. */
public final class DashboardBundle {
    private static final int WRITERS = 4;
    private static final int LONGEST_QUEUE = 16;

    private DashboardBundle() {}

    /** Installs all of it. */
    public static void install(
            Environment environment,
            AccessTokens tokens,
            Callers callers,
            SignIn signIn,
            Transactions transactions,
            PostDao posts,
            PostMarks marks,
            ResponseDao responses,
            ResponseChanges changes,
            ConfigDao configs,
            ClientDao clients,
            Feed feed,
            DraftRequests drafts,
            EventStreams events,
            SetupBundle.Services setup,
            Analytics analytics,
            Export export,
            Clock clock) {
        ObjectMapper mapper = environment.getObjectMapper();
        Assets assets = new Assets();
        // The same in every process: a form may be answered by another than made it.
        FormTokens forms = new FormTokens(tokens.keyFor("forms of the dashboard"));
        Pages pages = new Pages(assets, forms, clock);
        PostDesk desk = new PostDesk(transactions, posts, responses, clients, feed, new ViewingDao(mapper), mapper);
        ExecutorService writers = environment
                .lifecycle()
                .executorService("dashboard-draft-%d")
                .minThreads(WRITERS)
                .maxThreads(WRITERS)
                .workQueue(new ArrayBlockingQueue<>(LONGEST_QUEUE))
                .build();

        JerseyEnvironment jersey = environment.jersey();
        // As they are written: behind a proxy, the scheme and host that we see are not the browser's.
        jersey.property(ServerProperties.LOCATION_HEADER_RELATIVE_URI_RESOLUTION_DISABLED, true);
        jersey.register(new ViewMessageBodyWriter(environment.metrics(), List.of(renderer())));
        jersey.register(new EmptyParameters());
        jersey.register(new PageGuard(forms, pages));
        jersey.register(new LoginPageResource(signIn, forms, pages));
        jersey.register(new LogoutPageResource(signIn));
        jersey.register(new AssetsResource(assets));
        jersey.register(new DocsPageResource(pages));
        Guide guide = SetupBundle.install(environment, pages, transactions, posts, setup);
        jersey.register(new FeedResource(pages, transactions, posts, configs, clients, guide, mapper, clock));
        jersey.register(new PostPageResource(pages, desk, marks, new DraftOrders(drafts, writers)));
        jersey.register(new DraftPageResource(pages, desk, changes));
        jersey.register(new FiguresResource(pages, analytics, export, transactions, configs, clients, clock));
        ServletRegistration.Dynamic live = environment
                .servlets()
                .addServlet("page-events", new PageEventsServlet(events, callers, new ProblemAnswers(mapper)));
        live.setAsyncSupported(true);
        live.addMapping(PageEventsServlet.PATH);
    }

    private static FreemarkerViewRenderer renderer() {
        FreemarkerViewRenderer renderer = new FreemarkerViewRenderer(Configuration.VERSION_2_3_34);
        renderer.configure(Map.of(
                "number_format", "computer",
                "url_escaping_charset", "UTF-8",
                "log_template_exceptions", "false",
                "template_exception_handler", "rethrow"));
        return renderer;
    }
}
