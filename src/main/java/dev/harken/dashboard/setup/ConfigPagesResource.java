package dev.harken.dashboard.setup;

import dev.harken.auth.Caller;
import dev.harken.configs.ConfigChange;
import dev.harken.configs.ConfigSettings;
import dev.harken.configs.ConfigView;
import dev.harken.configs.Preview;
import dev.harken.dashboard.pages.Page;
import dev.harken.dashboard.pages.Pages;
import dev.harken.dashboard.text.Marked;
import dev.harken.dashboard.text.Piece;
import dev.harken.http.CheckedInput;
import dev.harken.http.PageParams;
import dev.harken.http.ProblemException;
import dev.harken.http.browser.ForBrowsers;
import dev.harken.monitoring.matching.KeywordException;
import dev.harken.monitoring.matching.Keywords;
import dev.harken.monitoring.matching.Stemming;
import io.dropwizard.auth.Auth;
import jakarta.validation.Valid;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code /setup/configs}: what Harken listens for, with what it would find. */
@ForBrowsers
@Path("/setup/configs")
@Produces(Pages.HTML)
public final class ConfigPagesResource {
    private static final int EXCERPT = 220;
    private static final int TOO_MANY = 429;

    private final SetupPages pages;
    private final ConfigSettings configs;
    private final CheckedInput input;

    ConfigPagesResource(SetupPages pages, ConfigSettings configs, CheckedInput input) {
        this.pages = pages;
        this.configs = configs;
        this.input = input;
    }

    @GET
    public Page list(@Auth Caller caller, @Valid @BeanParam PageParams page, @Context UriInfo uri) {
        var found = configs.page(caller, page.toRequest(true));
        return pages.page(
                uri,
                caller,
                "configs",
                "What to listen for",
                new Configs(found.rows(), found.nextAddress(uri).orElse("")));
    }

    @GET
    @Path("/new")
    public Page empty(@Auth Caller caller, @QueryParam("client_id") Long client, @Context UriInfo uri) {
        Map<String, String> values = new LinkedHashMap<>(ConfigForm.DEFAULTS);
        if (client != null) {
            values.put("client_id", Long.toString(client));
        }
        return pages.page(uri, caller, "config", "New config", fresh(caller, Form.of(values)));
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response create(@Auth Caller caller, MultivaluedMap<String, String> form, @Context UriInfo uri) {
        Sent sent = new Sent(form);
        try {
            ConfigView created = configs.create(caller, ConfigForm.read(sent, input));
            return SetupPages.goOn(uri, "setup/configs/" + created.id() + "?saved=new");
        } catch (ProblemException e) {
            SetupPages.rethrowUnlessMendable(e);
            return pages.refused(uri, caller, "config", "New config", fresh(caller, sent.form(e), broken(sent)), e);
        }
    }

    /** What the form as it is would have matched, or why it cannot say; a part of the form's page. */
    @POST
    @Path("/preview")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Page preview(@Auth Caller caller, MultivaluedMap<String, String> form, @Context UriInfo uri) {
        Sent sent = new Sent(form);
        if (sent.entries("keywords").isEmpty()
                || sent.entries("reddit_subreddits").isEmpty()) {
            return pages.page(uri, caller, "preview", "Preview", Tried.waiting());
        }
        try {
            return pages.page(
                    uri, caller, "preview", "Preview", Tried.of(configs.preview(ConfigForm.read(sent, input))));
        } catch (ProblemException e) {
            SetupPages.rethrowUnlessMendable(e);
            boolean busy = e.problem().status() == TOO_MANY;
            return pages.page(
                    uri,
                    caller,
                    "preview",
                    "Preview",
                    Tried.refused(sent.form(e).whole(), busy, broken(sent)));
        }
    }

    @GET
    @Path("/{id}")
    public Page edit(
            @Auth Caller caller, @PathParam("id") long id, @QueryParam("saved") String saved, @Context UriInfo uri) {
        ConfigView config = configs.get(caller, id);
        return pages.page(
                uri,
                caller,
                "config",
                "Config " + id,
                stored(config, Form.of(ConfigForm.values(config)), List.of(), List.of(), saved != null));
    }

    @POST
    @Path("/{id}")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response change(
            @Auth Caller caller, @PathParam("id") long id, MultivaluedMap<String, String> form, @Context UriInfo uri) {
        Sent sent = new Sent(form);
        try {
            // What was not seen is not replaced: a form without it is taken for one of long ago.
            Optional<Instant> seen = Optional.of(sent.seen().orElse(Instant.EPOCH));
            ConfigChange wanted = ConfigForm.read(sent, input);
            wanted.checkedWhole();
            configs.change(caller, id, wanted, seen);
            return SetupPages.goOn(uri, "setup/configs/" + id + "?saved=true");
        } catch (ProblemException e) {
            SetupPages.rethrowUnlessMendable(e);
            ConfigView config = configs.get(caller, id);
            Form entered = sent.form(e);
            List<Choice> theirs = SetupPages.isConflict(e) ? ConfigForm.stored(config, entered) : List.of();
            Form shown = SetupPages.isConflict(e)
                    ? entered.over("seen", config.updatedAt().toString())
                    : entered;
            return pages.refused(
                    uri, caller, "config", "Config " + id, stored(config, shown, theirs, broken(sent), false), e);
        }
    }

    @POST
    @Path("/{id}/delete")
    public Response delete(@Auth Caller caller, @PathParam("id") long id, @Context UriInfo uri) {
        configs.delete(caller, id);
        return SetupPages.goOn(uri, "setup/configs");
    }

    private Editing fresh(Caller caller, Form form) {
        return fresh(caller, form, List.of());
    }

    private Editing fresh(Caller caller, Form form, List<Piece> broken) {
        return new Editing(0, "", form, pages.clientChoices(caller), List.of(), broken, false);
    }

    private static Editing stored(
            ConfigView config, Form form, List<Choice> theirs, List<Piece> broken, boolean saved) {
        return new Editing(config.id(), config.client().name(), form, List.of(), theirs, broken, saved);
    }

    /** The first keyword that cannot be used, with what is in the way marked; nothing when that is not one place. */
    private static List<Piece> broken(Sent sent) {
        List<String> keywords = sent.entries("keywords");
        try {
            Keywords.parse(keywords, Stemming.NONE);
            return List.of();
        } catch (KeywordException e) {
            if (e.position().isEmpty() || e.index() >= keywords.size()) {
                return List.of();
            }
            String keyword = keywords.get(e.index());
            int characters = keyword.codePointCount(0, keyword.length());
            // What is missing is missing at the end.
            int from = keyword.offsetByCodePoints(0, Math.min(e.position().getAsInt() - 1, characters));
            boolean atEnd = from >= keyword.length();
            String shown = atEnd ? keyword + "␣" : keyword;
            return Marked.whole(shown, List.of(List.of(from, shown.offsetByCodePoints(from, 1))));
        }
    }

    /**
     * A page of configs.
     *
     * @param next the address of those after them, or empty
     */
    public record Configs(List<ConfigView> all, String next) {}

    /**
     * A config in its form.
     *
     * @param id 0 for a new one
     * @param client its name; empty for a new one
     * @param clients to choose from for a new one, for administrators
     * @param theirs by its label, what somebody else stored meanwhile
     * @param broken the keyword that cannot be used
     */
    public record Editing(
            long id,
            String client,
            Form form,
            List<Choice> clients,
            List<Choice> theirs,
            List<Piece> broken,
            boolean saved) {
        public List<Choice> stemmings() {
            return ConfigForm.STEMMINGS;
        }

        public List<Choice> languages() {
            return ConfigForm.LANGUAGES;
        }

        public List<Choice> days() {
            return ConfigForm.DAYS;
        }
    }

    /**
     * What came of a preview.
     *
     * @param found what was found, or empty when it could not be looked for
     * @param why why it could not be looked for, or empty
     * @param busy whether it is worth trying again by itself
     */
    public record Tried(List<Found> found, String why, boolean busy, List<Piece> broken) {
        static Tried waiting() {
            return new Tried(List.of(), "", false, List.of());
        }

        static Tried refused(String why, boolean busy, List<Piece> broken) {
            return new Tried(List.of(), why, busy, broken);
        }

        static Tried of(Preview preview) {
            List<Matched> posts = new ArrayList<>();
            preview.posts().forEach(post -> posts.add(Matched.of(post)));
            return new Tried(List.of(new Found(preview, posts)), "", false, List.of());
        }
    }

    /** What a config would have matched. */
    public record Found(Preview preview, List<Matched> posts) {}

    /** A post that it would have matched. */
    public record Matched(
            List<Piece> title,
            List<Piece> excerpt,
            String subreddit,
            boolean comment,
            Instant at,
            List<String> keywords,
            String address) {
        static Matched of(Preview.Match post) {
            return new Matched(
                    Marked.whole(post.title(), post.highlights().title()),
                    Marked.excerpt(post.content(), post.highlights().content(), EXCERPT),
                    post.subreddit(),
                    post.kind().equals("comment"),
                    post.postedAt(),
                    post.keywordsMatched(),
                    Optional.ofNullable(post.permalink())
                            .filter(address -> address.startsWith("https://"))
                            .orElse(""));
        }
    }
}
