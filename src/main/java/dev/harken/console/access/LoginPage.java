package dev.harken.console.access;

import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/** Renders the forms by which an administrator signs in and out. */
final class LoginPage {
    private final Configuration templates;

    LoginPage() {
        templates = new Configuration(Configuration.VERSION_2_3_34);
        templates.setClassForTemplateLoading(LoginPage.class, "");
        templates.setDefaultEncoding(StandardCharsets.UTF_8.name());
        templates.setLocale(Locale.ROOT);
    }

    /**
     * What the login form shows.
     *
     * @param base the path that the admin port is served under, without a slash at the end
     * @param to the path to go on to
     * @param message what went wrong before, or empty
     */
    record Form(String base, String to, String email, String message, String csrf) {}

    void login(HttpServletResponse response, int status, Form form) throws IOException {
        send(
                response,
                status,
                "login.ftlh",
                Map.of(
                        "base", form.base(),
                        "to", form.to(),
                        "email", form.email(),
                        "message", form.message(),
                        "csrf", form.csrf()));
    }

    /** The question before signing out, for whoever has no page at hand that asks it. */
    void logout(HttpServletResponse response, String base, String email, String csrf) throws IOException {
        send(response, HttpServletResponse.SC_OK, "logout.ftlh", Map.of("base", base, "email", email, "csrf", csrf));
    }

    private void send(HttpServletResponse response, int status, String template, Map<String, String> model)
            throws IOException {
        StringWriter page = new StringWriter();
        try {
            templates.getTemplate(template).process(model, page);
        } catch (TemplateException e) {
            throw new IllegalStateException("the template " + template + " is broken", e);
        }
        byte[] body = page.toString().getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType("text/html;charset=utf-8");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
