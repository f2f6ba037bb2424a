package dev.harken.dashboard.pages;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harken.auth.Caller;
import dev.harken.auth.Sessions;
import dev.harken.clients.ClientDao;
import dev.harken.configs.ClientConfig;
import dev.harken.configs.ConfigDao;
import dev.harken.database.Transactions;
import dev.harken.http.browser.ForBrowsers;
import dev.harken.posts.PostDao;
import dev.harken.posts.PostView;
import io.dropwizard.auth.Auth;
import jakarta.validation.Valid;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code /}: the feed of matched posts, by the filters in its address. */
@ForBrowsers
@Path("/")
@Produces(Pages.HTML)
public final class FeedResource {
    /** More unreviewed posts than this are shown as so many and more. */
    private static final int MOST_COUNTED = 2000;

    private static final int MOST_CHOICES = 200;

    private final Pages pages;
    private final Transactions transactions;
    private final PostDao posts;
    private final ConfigDao configs;
    private final ClientDao clients;
    private final Guide guide;
    private final ObjectMapper mapper;
    private final Clock clock;

    public FeedResource(
            Pages pages,
            Transactions transactions,
            PostDao posts,
            ConfigDao configs,
            ClientDao clients,
            Guide guide,
            ObjectMapper mapper,
            Clock clock) {
        this.pages = pages;
        this.transactions = transactions;
        this.posts = posts;
        this.configs = configs;
        this.clients = clients;
        this.guide = guide;
        this.mapper = mapper;
        this.clock = clock;
    }

    @GET
    public Page feed(
            @Auth Caller caller,
            @Valid @BeanParam FeedParams filter,
            @HeaderParam(Sessions.BY_SCRIPT) String script,
            @Context UriInfo uri) {
        dev.harken.http.Page<PostView> page = posts.page(caller.tenant(), filter.by(clock));
        Map<String, String> filters = filters(uri);
        Map<Long, String> names = clientNames(caller, filters, page.rows());
        Items items = new Items(
                page.rows().stream()
                        .map(post -> Item.of(post, names.getOrDefault(post.clientId(), ""), mapper))
                        .toList(),
                page.next().map(cursor -> address(uri, cursor.encode())).orElse(""));
        if (script != null && filters.containsKey("cursor")) {
            return pages.page(uri, caller, "items", "Posts", items);
        }
        long client = filters.containsKey("client_id") ? Long.parseLong(filters.get("client_id")) : 0;
        Choices choices = transactions.read(
                caller.tenant(),
                session -> new Choices(
                        configs.all(session, client, MOST_CHOICES),
                        caller.isAdmin()
                                ? clients.named(session, MOST_CHOICES).stream()
                                        .map(each -> new ClientChoice(each.id(), each.name()))
                                        .toList()
                                : List.of()));
        Map<Long, Integer> waiting = posts.unreviewed(caller.tenant(), client, MOST_COUNTED);
        int all = waiting.values().stream().mapToInt(Integer::intValue).sum();
        return pages.page(
                uri,
                caller,
                "feed",
                "Posts",
                new Feed(
                        items,
                        filters,
                        choices.configs().stream()
                                .map(config ->
                                        ConfigCount.of(config, waiting.getOrDefault(config.id(), 0), caller.isAdmin()))
                                .toList(),
                        choices.clients(),
                        all,
                        all >= MOST_COUNTED,
                        posts.overdue(caller.tenant(), client, MOST_COUNTED),
                        items.posts().isEmpty() && isUnfiltered(filters) ? unfinished(caller) : List.of()));
    }

    /** Nothing for whoever has had posts already: the list is empty because all is done. */
    private List<Guide.Step> unfinished(Caller caller) {
        return transactions.read(caller.tenant(), posts::isEmpty) ? guide.of(caller) : List.of();
    }

    /** For administrators who see the posts of several clients; none for others, to whom they say nothing. */
    private Map<Long, String> clientNames(Caller caller, Map<String, String> filters, List<PostView> shown) {
        if (!caller.isAdmin() || filters.containsKey("client_id")) {
            return Map.of();
        }
        Set<Long> ids = shown.stream().map(PostView::clientId).collect(Collectors.toSet());
        return transactions.read(caller.tenant(), session -> clients.names(session, ids));
    }

    private static boolean isUnfiltered(Map<String, String> filters) {
        return filters.keySet().stream().allMatch("reviewed"::equals);
    }

    private static Map<String, String> filters(UriInfo uri) {
        Map<String, String> filters = new LinkedHashMap<>();
        uri.getQueryParameters().forEach((name, values) -> filters.put(name, values.get(0)));
        return filters;
    }

    /** Path and query only, as for {@code Link} headers. */
    private static String address(UriInfo uri, String cursor) {
        URI next =
                uri.getRequestUriBuilder().replaceQueryParam("cursor", cursor).build();
        return next.getRawPath() + "?" + next.getRawQuery();
    }

    private record Choices(List<ClientConfig> configs, List<ClientChoice> clients) {}

    /**
     * Some posts of the feed.
     *
     * @param next the address of those after them, or empty
     */
    public record Items(List<Item> posts, String next) {}

    /** A client that an administrator may choose. */
    public record ClientChoice(long id, String name) {}

    /**
     * A config with the posts that wait.
     *
     * @param name what it listens for, since configs have no name
     */
    public record ConfigCount(long id, String name, int unreviewed) {
        private static final int WORDS = 2;

        static ConfigCount of(ClientConfig config, int unreviewed, boolean named) {
            String words =
                    String.join(", ", config.keywords().stream().limit(WORDS).toList());
            String places = String.join(
                    ", ",
                    config.subreddits().stream()
                            .limit(1)
                            .map(name -> "r/" + name)
                            .toList());
            String more =
                    config.subreddits().size() > 1 ? " +" + (config.subreddits().size() - 1) : "";
            String client = named ? config.client().name() + ": " : "";
            return new ConfigCount(config.id(), client + words + " in " + places + more, unreviewed);
        }
    }

    /**
     * What the page shows.
     *
     * @param filters the address's own parameters
     * @param clients to choose from, for administrators
     * @param unreviewed the posts that wait, of all configs
     * @param more whether there are more than were counted
     * @param overdue those that wait for longer than their clients want, no more than are counted of the others
     * @param steps what comes first, for whoever has never had a post; empty for others
     */
    public record Feed(
            Items items,
            Map<String, String> filters,
            List<ConfigCount> configs,
            List<ClientChoice> clients,
            int unreviewed,
            boolean more,
            int overdue,
            List<Guide.Step> steps) {
        /** Whether there are more overdue ones than were counted. */
        public boolean isOverdueCut() {
            return overdue >= MOST_COUNTED;
        }
    }
}
