package dev.harken.dashboard.setup;

import dev.harken.auth.Caller;
import dev.harken.auth.Role;
import dev.harken.clients.ClientDetails;
import dev.harken.clients.ClientSettings;
import dev.harken.dashboard.pages.Page;
import dev.harken.dashboard.pages.Pages;
import dev.harken.http.CheckedInput;
import dev.harken.http.PageParams;
import dev.harken.http.ProblemException;
import dev.harken.http.browser.ForBrowsers;
import io.dropwizard.auth.Auth;
import jakarta.annotation.security.RolesAllowed;
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
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code /setup/clients}: the agency's clients, for administrators. */
@ForBrowsers
@Path("/setup/clients")
@Produces(Pages.HTML)
@RolesAllowed(Role.ADMIN_NAME)
public final class ClientPagesResource {
    private final SetupPages pages;
    private final ClientSettings clients;
    private final CheckedInput input;

    ClientPagesResource(SetupPages pages, ClientSettings clients, CheckedInput input) {
        this.pages = pages;
        this.clients = clients;
        this.input = input;
    }

    @GET
    public Page list(@Auth Caller caller, @Valid @BeanParam PageParams page, @Context UriInfo uri) {
        var found = clients.page(caller, page.toRequest(true));
        return pages.page(
                uri,
                caller,
                "clients",
                "Clients",
                new Clients(found.rows(), found.nextAddress(uri).orElse(""), Form.of(Map.of())));
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response create(@Auth Caller caller, MultivaluedMap<String, String> form, @Context UriInfo uri) {
        Sent sent = new Sent(form);
        try {
            ClientDetails created =
                    clients.create(caller, sent.texts("name").to(input, ClientSettings.ClientName.class));
            return SetupPages.goOn(uri, "setup/clients/" + created.id() + "?saved=new");
        } catch (ProblemException e) {
            return pages.refused(uri, caller, "clients", "Clients", new Clients(List.of(), "", sent.form(e)), e);
        }
    }

    @GET
    @Path("/{id}")
    public Page edit(
            @Auth Caller caller, @PathParam("id") long id, @QueryParam("saved") String saved, @Context UriInfo uri) {
        ClientSettings.Settings client = clients.get(caller, id);
        return pages.page(
                uri, caller, "client", client.details().name(), new Editing(client, form(client), saved != null));
    }

    @POST
    @Path("/{id}")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response rename(
            @Auth Caller caller, @PathParam("id") long id, MultivaluedMap<String, String> form, @Context UriInfo uri) {
        return change(
                caller,
                id,
                form,
                uri,
                sent -> clients.rename(caller, id, sent.texts("name").to(input, ClientSettings.ClientName.class)));
    }

    @POST
    @Path("/{id}/compliance")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response requireCompliance(
            @Auth Caller caller, @PathParam("id") long id, MultivaluedMap<String, String> form, @Context UriInfo uri) {
        return change(
                caller,
                id,
                form,
                uri,
                sent -> clients.requireCompliance(
                        caller, id, sent.boxes("required").to(input, ClientSettings.Compliance.class)));
    }

    @POST
    @Path("/{id}/retention")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response keep(
            @Auth Caller caller, @PathParam("id") long id, MultivaluedMap<String, String> form, @Context UriInfo uri) {
        return change(
                caller,
                id,
                form,
                uri,
                sent -> clients.keep(
                        caller,
                        id,
                        sent.numbers("retention_days", "retention_posts").to(input, ClientSettings.Retention.class)));
    }

    /** Sets when a post with a draft is overdue; an empty field for never. */
    @POST
    @Path("/{id}/review")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response limitReview(
            @Auth Caller caller, @PathParam("id") long id, MultivaluedMap<String, String> form, @Context UriInfo uri) {
        return change(
                caller,
                id,
                form,
                uri,
                sent -> clients.limitReview(
                        caller, id, sent.numbers("review_hours").to(input, ClientSettings.ReviewLimit.class)));
    }

    /** Sets what the language model may cost in a month; an empty field lets it cost what it will. */
    @POST
    @Path("/{id}/budget")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response setBudget(
            @Auth Caller caller, @PathParam("id") long id, MultivaluedMap<String, String> form, @Context UriInfo uri) {
        String entered = form.getFirst("monthly_budget_usd");
        return change(
                caller,
                id,
                form,
                uri,
                sent -> clients.setBudget(
                        caller,
                        id,
                        entered == null || entered.isBlank()
                                ? Optional.empty()
                                : Optional.of(sent.numbers("monthly_budget_usd")
                                        .to(input, ClientSettings.MonthlyBudget.class))));
    }

    private Response change(Caller caller, long id, MultivaluedMap<String, String> form, UriInfo uri, Change change) {
        Sent sent = new Sent(form);
        try {
            change.make(sent);
            return SetupPages.goOn(uri, "setup/clients/" + id + "?saved=true");
        } catch (ProblemException e) {
            SetupPages.rethrowUnlessMendable(e);
            ClientSettings.Settings client = clients.get(caller, id);
            Form entered = sent.form(e);
            Map<String, String> values = new LinkedHashMap<>(form(client).values());
            values.putAll(entered.values());
            return pages.refused(
                    uri,
                    caller,
                    "client",
                    client.details().name(),
                    new Editing(client, new Form(values, entered.errors(), entered.message()), false),
                    e);
        }
    }

    private static Form form(ClientSettings.Settings client) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("name", client.details().name());
        values.put("required", client.complianceRequired() ? "true" : "");
        values.put("retention_days", text(client.details().retentionDays()));
        values.put("retention_posts", text(client.details().retentionPosts()));
        values.put("review_hours", text(client.details().reviewHours()));
        values.put(
                "monthly_budget_usd",
                Optional.ofNullable(client.usage().monthlyBudgetUsd())
                        .map(BigDecimal::toPlainString)
                        .orElse(""));
        return Form.of(values);
    }

    private static String text(Integer number) {
        return number == null ? "" : number.toString();
    }

    /** Changes a client by what was sent. */
    private interface Change {
        void make(Sent sent);
    }

    /**
     * A page of clients.
     *
     * @param next the address of those after them, or empty
     */
    public record Clients(List<ClientDetails> all, String next, Form form) {}

    /** A client in its forms. */
    public record Editing(ClientSettings.Settings client, Form form, boolean saved) {}
}
