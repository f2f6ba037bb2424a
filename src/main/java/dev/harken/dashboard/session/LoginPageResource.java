package dev.harken.dashboard.session;

import dev.harken.auth.Open;
import dev.harken.auth.Sessions;
import dev.harken.dashboard.pages.Page;
import dev.harken.dashboard.pages.Pages;
import dev.harken.http.ProblemException;
import dev.harken.http.browser.ForBrowsers;
import dev.harken.http.browser.FormTokens;
import dev.harken.http.browser.LocalPath;
import dev.harken.http.browser.SessionCookie;
import dev.harken.users.SignIn;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Optional;
import java.util.UUID;

/** {@code /login}: the form by which a browser signs in, and what it sends. */
@Open
@ForBrowsers
@Path("/login")
@Produces(Pages.HTML)
public final class LoginPageResource {
    /** Names the browser until somebody is signed in, for the login form's own token. */
    static final SessionCookie VISIT = new SessionCookie("harken_visit", "Strict");

    /** What a day begins with. */
    private static final String START = "?reviewed=false";

    private static final int TOO_MANY = 429;
    private static final int LONGEST_EMAIL = 255;
    private static final int LONGEST_PASSWORD = 1024;
    private static final int LONGEST_PATH = 2000;

    private final SignIn signIn;
    private final FormTokens tokens;
    private final Pages pages;

    public LoginPageResource(SignIn signIn, FormTokens tokens, Pages pages) {
        this.signIn = signIn;
        this.tokens = tokens;
        this.pages = pages;
    }

    /**
     * What the form shows.
     *
     * @param to the path to go on to, or empty
     * @param message what went wrong before, or empty
     */
    public record Form(String to, String email, String message, String csrf) {}

    @GET
    public Page show(
            @QueryParam("to") @DefaultValue("") String to,
            @CookieParam("harken_visit") @DefaultValue("") String visit,
            @Context UriInfo uri,
            @Context HttpServletRequest request,
            @Context HttpServletResponse response) {
        return form(uri, to, "", "", visit(visit, request, response));
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response signIn(
            @FormParam("email") @DefaultValue("") String email,
            @FormParam("password") @DefaultValue("") String password,
            @FormParam("to") @DefaultValue("") String to,
            @CookieParam("harken_visit") @DefaultValue("") String visit,
            @Context UriInfo uri,
            @Context HttpServletRequest request,
            @Context HttpServletResponse response) {
        if (email.isBlank()
                || password.isEmpty()
                || email.length() > LONGEST_EMAIL
                || password.length() > LONGEST_PASSWORD
                || email.indexOf('\0') >= 0) {
            String known = email.length() > LONGEST_EMAIL ? "" : email;
            return refused(400, form(uri, to, known, "Enter your email and your password.", visit));
        }
        SignIn.Session session;
        try {
            session = signIn.browser(email, password, request.getRemoteAddr());
        } catch (ProblemException e) {
            int status = e.problem().status();
            // 401 would have to come with a challenge that a browser answers with a dialog of its own.
            Response answer = refused(
                    status == TOO_MANY ? TOO_MANY : 403,
                    form(uri, to, email, e.problem().detail(), visit));
            return e.retryAfterSeconds()
                    .map(seconds -> Response.fromResponse(answer)
                            .header(HttpHeaders.RETRY_AFTER, seconds)
                            .build())
                    .orElse(answer);
        }
        response.addCookie(Sessions.COOKIE.holding(session.token(), isSecure(request)));
        response.addCookie(VISIT.gone(isSecure(request)));
        String base = uri.getBaseUri().getRawPath();
        String next = local(to)
                .filter(path -> !path.equals(base) && !path.startsWith(base + "login"))
                .orElse(base + START);
        return Response.status(Response.Status.SEE_OTHER)
                .header(HttpHeaders.LOCATION, next)
                .build();
    }

    private Page form(UriInfo uri, String to, String email, String message, String visit) {
        return pages.open(uri, "login", "Sign in", new Form(local(to).orElse(""), email, message, tokens.of(visit)));
    }

    private static Response refused(int status, Page page) {
        return Response.status(status).type(Pages.HTML).entity(page).build();
    }

    private static Optional<String> local(String to) {
        return to.length() > LONGEST_PATH ? Optional.empty() : LocalPath.of(to);
    }

    private static String visit(String known, HttpServletRequest request, HttpServletResponse response) {
        if (!known.isEmpty()) {
            return known;
        }
        String made = UUID.randomUUID().toString();
        response.addCookie(VISIT.holding(made, isSecure(request)));
        return made;
    }

    /** Also behind a proxy whose word on it is not taken: the browser says by which scheme it came. */
    static boolean isSecure(HttpServletRequest request) {
        String origin = Optional.ofNullable(request.getHeader("Origin")).orElse("");
        return request.isSecure() || origin.startsWith("https://");
    }
}
