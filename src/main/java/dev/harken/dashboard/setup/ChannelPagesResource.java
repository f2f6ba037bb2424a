package dev.harken.dashboard.setup;

import dev.harken.auth.Caller;
import dev.harken.dashboard.pages.Page;
import dev.harken.dashboard.pages.Pages;
import dev.harken.http.CheckedInput;
import dev.harken.http.PageParams;
import dev.harken.http.PageRequest;
import dev.harken.http.ProblemException;
import dev.harken.http.browser.ForBrowsers;
import dev.harken.monitoring.notify.ChannelChange;
import dev.harken.monitoring.notify.ChannelKind;
import dev.harken.monitoring.notify.ChannelSettings;
import dev.harken.monitoring.notify.ChannelView;
import dev.harken.monitoring.notify.DeliveryView;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code /setup/notifications}: where clients are told of their posts, and how that went. */
@ForBrowsers
@Path("/setup/notifications")
@Produces(Pages.HTML)
public final class ChannelPagesResource {
    private static final int MOST_DELIVERIES = 20;

    private final SetupPages pages;
    private final ChannelSettings channels;
    private final CheckedInput input;

    ChannelPagesResource(SetupPages pages, ChannelSettings channels, CheckedInput input) {
        this.pages = pages;
        this.channels = channels;
        this.input = input;
    }

    @GET
    public Page list(@Auth Caller caller, @Valid @BeanParam PageParams page, @Context UriInfo uri) {
        var found = channels.page(caller, page.toRequest(true));
        return pages.page(
                uri,
                caller,
                "channels",
                "Notifications",
                new Channels(found.rows(), names(caller), found.nextAddress(uri).orElse("")));
    }

    @GET
    @Path("/new")
    public Page empty(@Auth Caller caller, @QueryParam("client_id") Long client, @Context UriInfo uri) {
        Map<String, String> values = new LinkedHashMap<>(Map.of(
                "kind", "email",
                "schedule", "immediate",
                "digest_hour", "8",
                "report_weekday", "1",
                "report_hour", "8",
                "report_zone", "UTC",
                "is_active", "true"));
        if (client != null) {
            values.put("client_id", Long.toString(client));
        }
        return pages.page(uri, caller, "channel", "New channel", fresh(caller, Form.of(values)));
    }

    /** Stores a channel. What it is signed with, or read by, is on the page that answers this and on no other. */
    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response create(@Auth Caller caller, MultivaluedMap<String, String> form, @Context UriInfo uri) {
        Sent sent = new Sent(form);
        try {
            ChannelChange wanted =
                    sent.numbers("client_id").textsIfAny("kind", "address").to(fields(sent), ChannelChange.class);
            ChannelView created = channels.create(caller, wanted);
            return isTold(created)
                    ? Response.status(Response.Status.CREATED)
                            .entity(pages.page(uri, caller, "channel", created.name(), stored(caller, created, "made")))
                            .build()
                    : SetupPages.goOn(uri, "setup/notifications/" + created.id() + "?saved=new");
        } catch (ProblemException e) {
            SetupPages.rethrowUnlessMendable(e);
            return pages.refused(uri, caller, "channel", "New channel", fresh(caller, sent.form(e)), e);
        }
    }

    @GET
    @Path("/{id}")
    public Page edit(
            @Auth Caller caller, @PathParam("id") long id, @QueryParam("saved") String saved, @Context UriInfo uri) {
        ChannelView channel = channels.get(caller, id);
        return pages.page(
                uri, caller, "channel", channel.name(), stored(caller, channel, saved == null ? "" : "saved"));
    }

    @POST
    @Path("/{id}")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response change(
            @Auth Caller caller, @PathParam("id") long id, MultivaluedMap<String, String> form, @Context UriInfo uri) {
        Sent sent = new Sent(form);
        try {
            // An address is shown in part only, so that an empty field leaves it as it is.
            ChannelChange wanted = sent.textsIfAny("address").to(fields(sent), ChannelChange.class);
            // What was not seen is not replaced: a form without it is taken for one of long ago.
            channels.change(caller, id, wanted, Optional.of(sent.seen().orElse(Instant.EPOCH)));
            return SetupPages.goOn(uri, "setup/notifications/" + id + "?saved=true");
        } catch (ProblemException e) {
            SetupPages.rethrowUnlessMendable(e);
            ChannelView channel = channels.get(caller, id);
            Form entered = sent.form(e);
            boolean conflict = SetupPages.isConflict(e);
            Form shown = conflict ? entered.over("seen", channel.updatedAt().toString()) : entered;
            return pages.refused(
                    uri,
                    caller,
                    "channel",
                    channel.name(),
                    new Editing(
                            Optional.of(channel), shown, List.of(), deliveries(caller, id), conflict ? "conflict" : ""),
                    e);
        }
    }

    /** Sends a test, and answers the deliveries: a part of the channel's page, or for a browser without scripts the page. */
    @POST
    @Path("/{id}/test")
    public Page test(@Auth Caller caller, @PathParam("id") long id, @Context UriInfo uri) {
        String refusal = "";
        try {
            channels.test(caller, id);
        } catch (ProblemException e) {
            SetupPages.rethrowUnlessMendable(e);
            refusal = e.problem().detail();
        }
        return part(uri, caller, id, 1, refusal);
    }

    /** The deliveries, for as long as one of them waits: a part of the channel's page. */
    @GET
    @Path("/{id}/deliveries")
    public Page deliveries(
            @Auth Caller caller, @PathParam("id") long id, @QueryParam("turn") int turn, @Context UriInfo uri) {
        return part(uri, caller, id, Math.max(turn, 1) + 1, "");
    }

    /** Replaces what a channel is signed with, or read by; the new one is on this page and on no other. */
    @POST
    @Path("/{id}/rotate")
    public Page rotate(@Auth Caller caller, @PathParam("id") long id, @Context UriInfo uri) {
        ChannelView channel = channels.rotate(caller, id);
        return pages.page(uri, caller, "channel", channel.name(), stored(caller, channel, "made"));
    }

    @POST
    @Path("/{id}/delete")
    public Response delete(@Auth Caller caller, @PathParam("id") long id, @Context UriInfo uri) {
        channels.delete(caller, id);
        return SetupPages.goOn(uri, "setup/notifications");
    }

    @POST
    @Path("/deliveries/{id}/resend")
    public Page resend(@Auth Caller caller, @PathParam("id") long id, @Context UriInfo uri) {
        DeliveryView resent = channels.resend(caller, id);
        return part(uri, caller, resent.channelId(), 1, "");
    }

    private CheckedInput fields(Sent sent) {
        sent.texts("name")
                .textsIfAny("schedule", "report_zone")
                .numbers("digest_hour", "report_weekday", "report_hour")
                .boxes("weekly_report", "is_active");
        return input;
    }

    private Page part(UriInfo uri, Caller caller, long id, int turn, String refusal) {
        return pages.page(
                uri, caller, "deliveries", "Deliveries", new Deliveries(id, deliveries(caller, id), turn, refusal));
    }

    private List<DeliveryView> deliveries(Caller caller, long id) {
        return channels.deliveries(caller, id, PageRequest.latest(MOST_DELIVERIES))
                .rows();
    }

    private Map<String, String> names(Caller caller) {
        Map<String, String> names = new LinkedHashMap<>();
        pages.clientChoices(caller).forEach(client -> names.put(client.value(), client.label()));
        return names;
    }

    private static boolean isTold(ChannelView channel) {
        return channel.secret() != null || channel.feedPath() != null;
    }

    private Editing fresh(Caller caller, Form form) {
        return new Editing(Optional.empty(), form, pages.clientChoices(caller), List.of(), "");
    }

    private Editing stored(Caller caller, ChannelView channel, String state) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("name", channel.name());
        values.put("kind", channel.kind().label());
        values.put("address", channel.kind() == ChannelKind.EMAIL ? channel.address() : "");
        values.put("schedule", channel.schedule().label());
        values.put("digest_hour", Integer.toString(channel.digestHour()));
        values.put("weekly_report", channel.weeklyReport() ? "true" : "");
        values.put("report_weekday", Integer.toString(channel.reportWeekday()));
        values.put("report_hour", Integer.toString(channel.reportHour()));
        values.put("report_zone", channel.reportZone());
        values.put("is_active", channel.isActive() ? "true" : "");
        values.put("seen", channel.updatedAt().toString());
        return new Editing(Optional.of(channel), Form.of(values), List.of(), deliveries(caller, channel.id()), state);
    }

    /**
     * A page of channels.
     *
     * @param clients their names by their ids, for administrators
     * @param next the address of those after them, or empty
     */
    public record Channels(List<ChannelView> all, Map<String, String> clients, String next) {}

    /** What became of what was sent, and how often that was looked up in a row. */
    public record Deliveries(long id, List<DeliveryView> all, int turn, String refusal) {
        private static final int MOST_TURNS = 60;

        /** Whether the part is to be read anew, because something is under way. */
        public boolean goesOn() {
            return turn < MOST_TURNS
                    && all.stream()
                            .anyMatch(delivery -> delivery.state().equals("waiting") && delivery.attempts() == 0);
        }
    }

    /**
     * A channel in its form.
     *
     * @param stored the channel; empty for a new one
     * @param state {@code saved}, {@code conflict} when somebody else changed it meanwhile, {@code made} when what it is
     *     signed with or read by is shown, or empty
     */
    public record Editing(
            Optional<ChannelView> stored, Form form, List<Choice> clients, List<DeliveryView> sent, String state) {
        private static final List<Choice> KINDS = List.of(
                new Choice("email", "Email"),
                new Choice("slack", "Slack"),
                new Choice("discord", "Discord"),
                new Choice("webhook", "Webhook"),
                new Choice("feed", "Atom feed"));
        private static final List<Choice> WEEKDAYS = List.of(
                new Choice("1", "Monday"),
                new Choice("2", "Tuesday"),
                new Choice("3", "Wednesday"),
                new Choice("4", "Thursday"),
                new Choice("5", "Friday"),
                new Choice("6", "Saturday"),
                new Choice("7", "Sunday"));

        public boolean isNew() {
            return stored.isEmpty();
        }

        public ChannelView channel() {
            return stored.orElseThrow();
        }

        public List<Choice> kinds() {
            return KINDS;
        }

        public List<Choice> weekdays() {
            return WEEKDAYS;
        }

        /** What was sent, as the part of the page has it. */
        public Deliveries deliveries() {
            return new Deliveries(channel().id(), sent, 1, "");
        }
    }
}
