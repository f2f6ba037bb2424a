package dev.harken.console.access;

import dev.harken.auth.Caller;
import dev.harken.users.SignIn;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** {@code /console/logout}: asks, and by POST revokes the token that the request came with. */
final class LogoutServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient SignIn signIn;
    private final transient Csrf csrf;
    private final transient LoginPage page;

    LogoutServlet(SignIn signIn, Csrf csrf, LoginPage page) {
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
    protected void doPost(HttpServletRequest request, HttpServletResponse response) {
        // The filter let nobody else through.
        signIn.signOut((Caller) request.getAttribute(LoginFilter.CALLER));
        response.addCookie(LoginServlet.SessionCookie.gone(request));
        response.setStatus(HttpServletResponse.SC_SEE_OTHER);
        response.setHeader("Location", request.getContextPath() + AdminPath.LOGIN);
    }
}
