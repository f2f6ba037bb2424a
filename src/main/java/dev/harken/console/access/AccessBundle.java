package dev.harken.console.access;

import dev.harken.auth.Callers;
import dev.harken.users.SignIn;
import io.dropwizard.core.setup.AdminEnvironment;
import io.dropwizard.core.setup.Environment;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.util.EnumSet;

/** Puts the guards before everything on the admin port, Dropwizard's own pages and tasks included. */
public final class AccessBundle {
    private AccessBundle() {}

    /**
     * Installs the filters, and with login the login page.
     *
     * @return makes the tokens that the forms of the admin port must carry
     */
    public static Csrf install(Environment environment, AccessRules rules, Callers callers, SignIn signIn) {
        AdminEnvironment admin = environment.admin();
        Refusal refusal = new Refusal(environment.getObjectMapper());
        Csrf csrf = new Csrf();
        // In the order in which a request meets them.
        guard(admin, "answer-headers", new AnswerHeaders());
        if (rules.login()) {
            guard(admin, "login", new LoginFilter(refusal, callers, rules.scrapeToken()));
            LoginPage page = new LoginPage();
            admin.addServlet("login", new LoginServlet(signIn, csrf, page)).addMapping(AdminPath.LOGIN);
            admin.addServlet("logout", new LogoutServlet(signIn, csrf, page, refusal))
                    .addMapping(AdminPath.LOGOUT);
        } else {
            guard(admin, "host", new HostFilter(refusal, rules.hosts()));
        }
        guard(admin, "readable", new ReadableFilter(refusal));
        guard(admin, "csrf", new CsrfFilter(refusal, csrf));
        guard(admin, "operator", new OperatorFilter());
        return csrf;
    }

    private static void guard(AdminEnvironment admin, String name, Filter filter) {
        admin.addFilter(name, filter).addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, "/*");
    }
}
