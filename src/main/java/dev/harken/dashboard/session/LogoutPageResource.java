package dev.harken.dashboard.session;

import dev.harken.auth.Caller;
import dev.harken.auth.Sessions;
import dev.harken.dashboard.pages.Pages;
import dev.harken.http.browser.ForBrowsers;
import dev.harken.users.SignIn;
import io.dropwizard.auth.Auth;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;

/** {@code /logout}: ends the session, in this browser and everywhere its cookie may have got to. */
@ForBrowsers
@Path("/logout")
@Produces(Pages.HTML)
public final class LogoutPageResource {
    private final SignIn signIn;

    public LogoutPageResource(SignIn signIn) {
        this.signIn = signIn;
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response signOut(
            @Auth Caller caller,
            @Context UriInfo uri,
            @Context HttpServletRequest request,
            @Context HttpServletResponse response) {
        signIn.signOut(caller);
        response.addCookie(Sessions.COOKIE.gone(LoginPageResource.isSecure(request)));
        return Response.status(Response.Status.SEE_OTHER)
                .header(HttpHeaders.LOCATION, uri.getBaseUri().getRawPath() + "login")
                .build();
    }
}
