package dev.harken.dashboard.setup;

import dev.harken.auth.Caller;
import dev.harken.auth.Role;
import dev.harken.dashboard.pages.Page;
import dev.harken.dashboard.pages.Pages;
import dev.harken.http.CheckedInput;
import dev.harken.http.PageParams;
import dev.harken.http.ProblemException;
import dev.harken.http.browser.ForBrowsers;
import dev.harken.users.UserSettings;
import dev.harken.users.UserView;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code /setup/users}: who can sign in, for administrators. */
@ForBrowsers
@Path("/setup/users")
@Produces(Pages.HTML)
@RolesAllowed(Role.ADMIN_NAME)
public final class UserPagesResource {
    private final SetupPages pages;
    private final UserSettings users;
    private final CheckedInput input;

    UserPagesResource(SetupPages pages, UserSettings users, CheckedInput input) {
        this.pages = pages;
        this.users = users;
        this.input = input;
    }

    @GET
    public Page list(@Auth Caller caller, @Valid @BeanParam PageParams page, @Context UriInfo uri) {
        var found = users.page(caller, page.toRequest(true));
        return pages.page(
                uri,
                caller,
                "users",
                "Users",
                new Users(found.rows(), found.nextAddress(uri).orElse("")));
    }

    @GET
    @Path("/new")
    public Page empty(@Auth Caller caller, @QueryParam("client_id") Long client, @Context UriInfo uri) {
        Map<String, String> values = new LinkedHashMap<>(Map.of("role", "client"));
        if (client != null) {
            values.put("client_id", Long.toString(client));
        }
        return pages.page(uri, caller, "user-new", "New user", fresh(caller, Form.of(values)));
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response create(@Auth Caller caller, MultivaluedMap<String, String> form, @Context UriInfo uri) {
        Sent sent = new Sent(form);
        try {
            UserView created = users.create(
                    caller,
                    sent.texts("email", "password")
                            .textsIfAny("role")
                            .numbers("client_id")
                            .to(input, UserSettings.NewUser.class));
            return SetupPages.goOn(uri, "setup/users/" + created.id() + "?saved=new");
        } catch (ProblemException e) {
            SetupPages.rethrowUnlessMendable(e);
            return pages.refused(uri, caller, "user-new", "New user", fresh(caller, sent.form(e)), e);
        }
    }

    @GET
    @Path("/{id}")
    public Page edit(
            @Auth Caller caller, @PathParam("id") long id, @QueryParam("saved") String saved, @Context UriInfo uri) {
        UserView user = users.get(caller, id);
        return pages.page(
                uri,
                caller,
                "user",
                user.email(),
                new Editing(user, isOwn(caller, id), Form.of(Map.of()), saved != null));
    }

    /** Lets a user in, or no more; what they are signed in by ends. */
    @POST
    @Path("/{id}/active")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response activate(
            @Auth Caller caller, @PathParam("id") long id, MultivaluedMap<String, String> form, @Context UriInfo uri) {
        return change(caller, id, uri, new Sent(form).boxes("is_active"));
    }

    @POST
    @Path("/{id}/password")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response setPassword(
            @Auth Caller caller, @PathParam("id") long id, MultivaluedMap<String, String> form, @Context UriInfo uri) {
        return change(caller, id, uri, new Sent(form).texts("password"));
    }

    private Response change(Caller caller, long id, UriInfo uri, Sent sent) {
        try {
            users.change(caller, id, sent.to(input, UserSettings.UserChange.class));
            return SetupPages.goOn(uri, "setup/users/" + id + "?saved=true");
        } catch (ProblemException e) {
            SetupPages.rethrowUnlessMendable(e);
            UserView user = users.get(caller, id);
            return pages.refused(
                    uri, caller, "user", user.email(), new Editing(user, isOwn(caller, id), sent.form(e), false), e);
        }
    }

    private static boolean isOwn(Caller caller, long id) {
        return caller.userId() == id;
    }

    private NewUser fresh(Caller caller, Form form) {
        return new NewUser(form, pages.clientChoices(caller));
    }

    /**
     * A page of users.
     *
     * @param next the address of those after them, or empty
     */
    public record Users(List<UserView> all, String next) {}

    /** A user to be made. */
    public record NewUser(Form form, List<Choice> clients) {}

    /**
     * A user, with what can be changed.
     *
     * @param own whether it is whoever looks
     */
    public record Editing(UserView user, boolean own, Form form, boolean saved) {}
}
