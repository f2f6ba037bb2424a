package dev.harken.console.access;

import dev.harken.auth.Caller;
import dev.harken.users.SignIn;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /console/logout}: asks, and by POST revokes the token that the request came with. */
final class LogoutServlet extends HttpServlet {
    private static final Logger LOG = LoggerFactory.getLogger(LogoutServlet.class);
    private static final long serialVersionUID = 1L;

    private final transient SignIn signIn;
    private final transient Csrf csrf;
    private final transient LoginPage page;
    private final transient Refusal refusal;

    LogoutServlet(SignIn signIn, Csrf csrf, LoginPage page, Refusal refusal) {
        this.refusal = refusal;
        this.signIn = signIn;
        this.csrf = csrf;
        this.page = page;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String email = Operator.current(request).name();
        page.logout(response, request.getContextPath(), email, csrf.tokenFor(request));
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.addCookie(LoginServlet.COOKIE.gone(request.isSecure()));
        try {
            // The filter let nobody else through.
            signIn.signOut((Caller) request.getAttribute(LoginFilter.CALLER));
        } catch (RuntimeException e) {
            LOG.warn("console logout not stored: reason={}", e.getMessage());
            refusal.send(
                    request,
                    response,
                    HttpServletResponse.SC_SERVICE_UNAVAILABLE,
                    "This browser has forgotten the session, but it could not be ended, probably because the database"
                            + " does not answer. It ends by itself when its token expires.");
            return;
        }
        response.setStatus(HttpServletResponse.SC_SEE_OTHER);
        response.setHeader("Location", request.getContextPath() + AdminPath.LOGIN);
    }
}
