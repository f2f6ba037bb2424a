package dev.harken.console.access;

import dev.harken.http.ProblemException;
import dev.harken.http.browser.LocalPath;
import dev.harken.http.browser.SessionCookie;
import dev.harken.users.SignIn;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /console/login}: the form, and what it sends. */
final class LoginServlet extends HttpServlet {
    private static final Logger LOG = LoggerFactory.getLogger(LoginServlet.class);
    private static final long serialVersionUID = 1L;
    static final SessionCookie COOKIE = new SessionCookie(LoginFilter.COOKIE, "Strict");
    private static final int TOO_MANY = 429;
    private static final int LONGEST_EMAIL = 255;
    private static final int LONGEST_PASSWORD = 1024;

    private final transient SignIn signIn;
    private final transient Csrf csrf;
    private final transient LoginPage page;

    LoginServlet(SignIn signIn, Csrf csrf, LoginPage page) {
        this.signIn = signIn;
        this.csrf = csrf;
        this.page = page;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        show(request, response, HttpServletResponse.SC_OK, "");
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String email = parameter(request, "email");
        String password = parameter(request, "password");
        if (email.isBlank()
                || password.isEmpty()
                || email.length() > LONGEST_EMAIL
                || password.length() > LONGEST_PASSWORD) {
            show(request, response, HttpServletResponse.SC_BAD_REQUEST, "Enter your email and your password.");
            return;
        }
        SignIn.Session session;
        try {
            session = signIn.administrator(email, password, request.getRemoteAddr());
        } catch (ProblemException e) {
            int status = e.problem().status();
            e.retryAfterSeconds().ifPresent(seconds -> response.setIntHeader("Retry-After", seconds));
            // 401 would have to come with a challenge that a browser answers with a dialog of its own.
            show(
                    request,
                    response,
                    status == TOO_MANY ? TOO_MANY : HttpServletResponse.SC_FORBIDDEN,
                    e.problem().detail());
            return;
        } catch (RuntimeException e) {
            LOG.warn("console login not checked: reason={}", e.getMessage());
            show(
                    request,
                    response,
                    HttpServletResponse.SC_SERVICE_UNAVAILABLE,
                    "Passwords cannot be checked now, probably because the database does not answer. An access token"
                            + " from before still works: send it as Authorization: Bearer.");
            return;
        }
        response.addCookie(COOKIE.holding(session.token(), request.isSecure()));
        response.setStatus(HttpServletResponse.SC_SEE_OTHER);
        response.setHeader("Location", to(request));
    }

    private void show(HttpServletRequest request, HttpServletResponse response, int status, String message)
            throws IOException {
        String email = parameter(request, "email");
        page.login(
                response,
                status,
                new LoginPage.Form(
                        request.getContextPath(),
                        to(request),
                        email.length() > LONGEST_EMAIL ? "" : email,
                        message,
                        csrf.tokenFor(request)));
    }

    private static String to(HttpServletRequest request) {
        return LocalPath.of(parameter(request, "to"))
                .filter(path -> !path.startsWith(request.getContextPath() + AdminPath.LOGIN))
                .orElse(request.getContextPath() + "/");
    }

    private static String parameter(HttpServletRequest request, String name) {
        return Optional.ofNullable(request.getParameter(name)).orElse("");
    }
}
