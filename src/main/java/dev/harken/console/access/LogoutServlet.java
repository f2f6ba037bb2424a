package dev.harken.console.access;

import dev.harken.auth.Caller;
import dev.harken.users.SignIn;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** {@code POST /console/logout}: revokes the token that the request came with. */
final class LogoutServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient SignIn signIn;

    LogoutServlet(SignIn signIn) {
        this.signIn = signIn;
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
