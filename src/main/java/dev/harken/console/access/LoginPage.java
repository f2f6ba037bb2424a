package dev.harken.console.access;

import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/** Renders the form by which an administrator signs in. */
final class LoginPage {
    private static final String TEMPLATE = "login.ftlh";

    private final Configuration templates;

    LoginPage() {
        templates = new Configuration(Configuration.VERSION_2_3_34);
        templates.setClassForTemplateLoading(LoginPage.class, "");
        templates.setDefaultEncoding(StandardCharsets.UTF_8.name());
        templates.setLocale(Locale.ROOT);
    }

    /**
     * What the form shows.
     *
     * @param base the path that the admin port is served under, without a slash at the end
     * @param to the path to go on to
     * @param message what went wrong before, or empty
     */
    record Form(String base, String to, String email, String message, String csrf) {}

    void send(HttpServletResponse response, int status, Form form) throws IOException {
        StringWriter page = new StringWriter();
        try {
            templates
                    .getTemplate(TEMPLATE)
                    .process(
                            Map.of(
                                    "base", form.base(),
                                    "to", form.to(),
                                    "email", form.email(),
                                    "message", form.message(),
                                    "csrf", form.csrf()),
                            page);
        } catch (TemplateException e) {
            throw new IllegalStateException("the template " + TEMPLATE + " is broken", e);
        }
        byte[] body = page.toString().getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType("text/html;charset=utf-8");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
