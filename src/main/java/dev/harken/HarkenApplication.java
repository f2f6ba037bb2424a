package dev.harken;

import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import dev.harken.analytics.Analytics;
import dev.harken.analytics.AnalyticsBundle;
import dev.harken.analytics.AnalyticsEventDao;
import dev.harken.analytics.Export;
import dev.harken.audit.AuditDao;
import dev.harken.auth.AccessTokens;
import dev.harken.auth.AuthFactory;
import dev.harken.auth.Callers;
import dev.harken.auth.KeptAnswers;
import dev.harken.auth.Passwords;
import dev.harken.auth.RevocationDao;
import dev.harken.auth.RevokedTokens;
import dev.harken.auth.SignInRequired;
import dev.harken.cache.AnswerCache;
import dev.harken.clients.Client;
import dev.harken.clients.ClientDao;
import dev.harken.clients.ClientSettings;
import dev.harken.clients.ClientsResource;
import dev.harken.clients.ModelUsageDao;
import dev.harken.configs.ClientConfig;
import dev.harken.configs.ConfigDao;
import dev.harken.configs.ConfigSettings;
import dev.harken.configs.ConfigsResource;
import dev.harken.configs.MatchPreview;
import dev.harken.configs.ScanTrigger;
import dev.harken.console.ConsoleBundle;
import dev.harken.console.access.AccessRules;
import dev.harken.console.access.AdminAddresses;
import dev.harken.console.pages.PagesBundle;
import dev.harken.console.pages.Setting;
import dev.harken.dashboard.DashboardBundle;
import dev.harken.dashboard.setup.FirstSteps;
import dev.harken.dashboard.setup.SetupBundle;
import dev.harken.database.Database;
import dev.harken.database.DatabaseFactory;
import dev.harken.database.KnownCommits;
import dev.harken.database.Latencies;
import dev.harken.database.Pool;
import dev.harken.database.Transactions;
import dev.harken.database.alerts.AlertTeller;
import dev.harken.database.alerts.AlertsBundle;
import dev.harken.database.alerts.AlertsBundle.Alerts;
import dev.harken.database.embedded.EmbeddedServer;
import dev.harken.database.insight.Examinations;
import dev.harken.database.insight.Examiner;
import dev.harken.health.HealthBundle;
import dev.harken.health.HealthHistory;
import dev.harken.housekeeping.HousekeepingBundle;
import dev.harken.http.Answers;
import dev.harken.http.ApiJson;
import dev.harken.http.HttpBorder;
import dev.harken.http.NothingIsLazy;
import dev.harken.live.EventStreams;
import dev.harken.live.LiveBundle;
import dev.harken.monitoring.JobBoard;
import dev.harken.monitoring.JobSignals;
import dev.harken.monitoring.MonitoringBundle;
import dev.harken.monitoring.feed.Feed;
import dev.harken.monitoring.feed.FeedPositionDao;
import dev.harken.monitoring.notify.NotificationsBundle;
import dev.harken.monitoring.notify.OutboxDao;
import dev.harken.monitoring.reddit.PostSource;
import dev.harken.monitoring.sample.SampleSource;
import dev.harken.openapi.OpenApiResource;
import dev.harken.posts.MatchedPost;
import dev.harken.posts.PostDao;
import dev.harken.posts.PostMarks;
import dev.harken.posts.PostStore;
import dev.harken.posts.PostsResource;
import dev.harken.responses.ResponseChanges;
import dev.harken.responses.ResponseDao;
import dev.harken.responses.ResponsesResource;
import dev.harken.users.Administrator;
import dev.harken.users.LoginResource;
import dev.harken.users.SignIn;
import dev.harken.users.User;
import dev.harken.users.UserDao;
import dev.harken.users.UserSettings;
import dev.harken.users.UsersResource;
import io.dropwizard.configuration.DefaultConfigurationFactoryFactory;
import io.dropwizard.core.Application;
import io.dropwizard.core.cli.CheckCommand;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jersey.setup.JerseyEnvironment;
import io.dropwizard.jersey.validation.Validators;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import net.sourceforge.argparse4j.inf.ArgumentParserException;
import redis.clients.jedis.UnifiedJedis;

/** Harken's wiring: what there is, and who knows whom. */
public final class HarkenApplication extends Application<HarkenConfiguration> {
    public static void main(String[] arguments) throws Exception {
        new HarkenApplication().run(arguments);
    }

    @Override
    public String getName() {
        return "harken";
    }

    @Override
    protected void addDefaultCommands(Bootstrap<HarkenConfiguration> bootstrap) {
        bootstrap.addCommand(new StartCommand(this));
        bootstrap.addCommand(new RehearseCommand(this));
        bootstrap.addCommand(new CheckCommand<>(this));
    }

    @Override
    public void initialize(Bootstrap<HarkenConfiguration> bootstrap) {
        bootstrap.setObjectMapper(ApiJson.mapper());
        bootstrap.setValidatorFactory(Validators.newConfiguration()
                .traversableResolver(new NothingIsLazy())
                .buildValidatorFactory());
        // config.yml has a mapper of its own: the API's naming of fields must not rename the settings.
        bootstrap.setConfigurationFactoryFactory(
                (type, validator, mapper, prefix) -> new DefaultConfigurationFactoryFactory<HarkenConfiguration>()
                        .create(type, validator, HarkenConfiguration.mapper(), prefix));
        bootstrap.setConfigurationSourceProvider(
                EnvironmentSettings.over(bootstrap.getConfigurationSourceProvider(), System.getenv()));
        bootstrap.addCommand(new DatabaseCommand());
        bootstrap.addCommand(new DoctorCommand());
        bootstrap.addCommand(new BenchCommand());
    }

    @Override
    protected void onFatalError(Throwable failure) {
        if (failure instanceof CommandExit exit) {
            System.exit(exit.code());
        }
        if (failure instanceof ArgumentParserException) {
            // As shells have it; 1 would be the doctor's warning.
            System.exit(2);
        }
        super.onFatalError(failure);
    }

    @Override
    public void run(HarkenConfiguration configuration, Environment environment) throws Exception {
        AccessRules access = configuration.getConsole().access();
        Optional<String> refusal = AdminAddresses.refusal(configuration.getServerFactory(), access.login());
        if (refusal.isPresent()) {
            throw new StartupException(refusal.get());
        }
        Clock clock = Clock.systemUTC();
        Path data = Files.createDirectories(
                configuration.dataDirectory(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        boolean embedded = configuration.getDatabase().isEmbedded();
        if (embedded) {
            startEmbedded(configuration.getDatabase(), data, environment);
        }
        Pool pool = configuration.getDatabase().build(environment.metrics(), clock);
        SchemaCheck schema = SchemaCheck.begin(configuration.getDatabase(), embedded, pool);

        List<Class<?>> entities =
                new ArrayList<>(List.of(Client.class, User.class, ClientConfig.class, MatchedPost.class));
        entities.addAll(ResponseDao.entities());
        entities.addAll(NotificationsBundle.entities());
        KnownCommits commits = new KnownCommits();
        AnswerCache cache = configuration.getCache().build(configuration.getRedis(), commits::learned, environment);
        Database database =
                Database.open(environment, configuration.getDatabase(), pool, entities, commits, cache, clock);
        schema.finish();
        Transactions transactions = database.transactions();

        AuthFactory auth = configuration.getAuth();
        AccessTokens tokens = auth.accessTokens(data, clock);
        Passwords passwords = auth.passwords();
        RevocationDao revocations = new RevocationDao(database.jdbi());
        RevokedTokens revoked = new RevokedTokens(revocations, clock, database.background());
        environment.lifecycle().manage(revoked);
        Latencies requests = new Latencies(clock);
        HttpBorder.install(environment, database.pool().statements(), requests);
        Callers callers = new Callers(tokens, revoked);
        SignInRequired.install(environment.jersey(), callers);

        AuditDao audit = new AuditDao(clock);
        AnalyticsEventDao events = new AnalyticsEventDao(database.writes(), environment.getObjectMapper(), clock);
        ClientDao clients = new ClientDao(clock);
        UserDao users = new UserDao(clock);
        ConfigDao configs = new ConfigDao(clock);
        PostDao posts = new PostDao(database.reads(), environment.getObjectMapper(), clock);
        PostStore postStore = new PostStore(clients, posts, environment.getObjectMapper(), clock);
        ResponseDao responses = new ResponseDao(clock);
        ModelUsageDao usage = new ModelUsageDao(clock);

        Answers answers = new Answers(cache, environment.getObjectMapper());
        environment.jersey().register(new KeptAnswers(answers));
        Analytics analytics = AnalyticsBundle.analytics(configuration.getAnalytics(), database);
        Export export = AnalyticsBundle.export(database);
        List<RecurringTask<Void>> chores = new ArrayList<>(AnalyticsBundle.install(
                environment,
                configuration.getAnalytics(),
                database,
                configuration.getDatabase().unpooled(),
                analytics,
                export,
                answers,
                events,
                clients,
                audit,
                clock));
        chores.addAll(HousekeepingBundle.chores(
                configuration.getHousekeeping(), transactions, audit, environment.metrics(), clock));
        OutboxDao outbox = new OutboxDao(clock);
        NotificationsBundle.Installed notifications = NotificationsBundle.install(
                environment,
                configuration.getMonitoring().getNotifications(),
                configuration.getMonitoring().isEnabled(),
                answers,
                transactions,
                outbox,
                clients,
                users,
                posts,
                responses,
                audit,
                configuration.getMail().build(),
                database.reads(),
                database.background(),
                clock);
        chores.addAll(notifications.chores());
        PostSource source = configuration.getMonitoring().source(transactions, environment.metrics(), clock);
        FeedPositionDao positions = new FeedPositionDao();
        Feed feed = new Feed(
                transactions,
                source,
                environment.getObjectMapper(),
                configuration.getMonitoring().deadAfter(),
                configuration.getMonitoring().getOldestPost().toJavaDuration(),
                clock);
        JobBoard board = new JobBoard(database.beside());
        MonitoringBundle.Installed job = MonitoringBundle.install(
                environment,
                configuration.getMonitoring(),
                feed,
                database.pool(),
                transactions,
                clients,
                configs,
                posts,
                postStore,
                responses,
                usage,
                events,
                audit,
                positions,
                board,
                outbox,
                chores,
                clock);
        ScanTrigger scans = job.scans();

        JerseyEnvironment jersey = environment.jersey();
        SignIn signIn = new SignIn(
                transactions, users, audit, passwords, tokens, auth.loginLimiter(clock), revocations, revoked, clock);
        jersey.register(new LoginResource(transactions, users, signIn));
        UserSettings userSettings =
                new UserSettings(transactions, users, clients, audit, passwords, tokens, revocations, revoked, clock);
        jersey.register(new UsersResource(answers, userSettings));
        ClientSettings clientSettings = new ClientSettings(transactions, clients, usage, audit);
        jersey.register(new ClientsResource(answers, clientSettings));
        MatchPreview preview = new MatchPreview(feed, clock);
        ConfigSettings configSettings =
                new ConfigSettings(transactions, configs, clients, positions, audit, scans, preview, clock);
        jersey.register(new ConfigsResource(answers, configSettings));
        PostMarks marks = new PostMarks(transactions, posts, postStore, events, audit, clock);
        ResponseChanges changes = new ResponseChanges(transactions, responses, clients, events, audit, clock);
        jersey.register(new PostsResource(answers, transactions, posts, postStore, marks));
        jersey.register(new ResponsesResource(changes));
        jersey.register(new OpenApiResource());
        EventStreams live = LiveBundle.install(
                environment,
                configuration.getLive(),
                configuration.getDatabase().unpooled(),
                callers,
                clock);

        DashboardBundle.install(
                environment,
                tokens,
                callers,
                signIn,
                transactions,
                posts,
                marks,
                responses,
                changes,
                configs,
                clients,
                feed,
                job.drafts(),
                live,
                new SetupBundle.Services(
                        clientSettings,
                        configSettings,
                        userSettings,
                        notifications.channels(),
                        board,
                        new FirstSteps.Reading(configuration.getMonitoring().isEnabled(), source.isLive())),
                analytics,
                export,
                clock);
        Alerts alerts = AlertsBundle.install(
                environment,
                database,
                configuration.getAlerts(),
                configuration.getDatabase().getInsight(),
                requests,
                JobSignals.all(database.beside()),
                data,
                alertTeller(configuration, environment),
                clock);
        Optional<UnifiedJedis> redis = configuration.getRedis().build(environment);
        HealthHistory health = HealthBundle.install(
                environment, database, redis, data, configuration.getEnvironment(), alerts::active, clock);
        ConsoleBundle.install(
                environment,
                access,
                new PagesBundle.Sources(
                        database,
                        alerts,
                        examinations(configuration.getDatabase(), database, environment, clock),
                        requests,
                        health,
                        board,
                        configuration.getMonitoring().isEnabled(),
                        cache,
                        redis,
                        () -> Setting.of(
                                HarkenConfiguration.mapper(),
                                configuration,
                                new HarkenConfiguration(),
                                configuration.getDatabase().addresses())),
                callers,
                signIn,
                configs,
                audit,
                scans,
                configuration.getDatabase().unpooled(),
                clock);

        FirstRun firstRun = new FirstRun(transactions, clients, configs, System.out);
        if (embedded && source instanceof SampleSource) {
            firstRun.makeSampleClients();
        }
        new Administrator(transactions, users, passwords)
                .ensure(auth.getAdminEmail(), auth.getAdminPassword())
                .ifPresent(made ->
                        environment.lifecycle().addServerLifecycleListener(started -> firstRun.welcome(started, made)));
    }

    private static Examinations examinations(
            DatabaseFactory settings, Database database, Environment environment, Clock clock) {
        ExecutorService thread = environment
                .lifecycle()
                .executorService("examination")
                .minThreads(0)
                .maxThreads(1)
                .build();
        return new Examinations(
                Examiner.of(
                        database.beside(),
                        settings.getInsight(),
                        () -> settings.hostMemory(database.host()),
                        settings.getPool().capacity(),
                        clock),
                settings.getInsight().interval().toJavaDuration(),
                thread,
                clock);
    }

    private static AlertTeller alertTeller(HarkenConfiguration configuration, Environment environment) {
        return new AlertTeller(
                configuration.getAlerts().destinations(configuration.getMail().build(), environment.getObjectMapper()),
                environment
                        .lifecycle()
                        .scheduledExecutorService("alert-teller", true)
                        .threads(1)
                        .build());
    }

    private static void startEmbedded(DatabaseFactory database, Path data, Environment environment) {
        EmbeddedServer server = database.getEmbedded().start(data);
        // Managed before the pool, so that it is stopped after it.
        environment.lifecycle().manage(server);
        database.pointTo(server.jdbcUrl(), server.user(), server.password());
    }
}
