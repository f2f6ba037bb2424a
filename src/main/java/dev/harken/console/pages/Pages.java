package dev.harken.console.pages;

import dev.harken.console.access.Csrf;
import dev.harken.console.access.Operator;
import dev.harken.console.pages.Page.Site;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;

/** Makes pages for requests. */
final class Pages {
    private final String process;
    private final boolean login;
    private final Csrf csrf;
    private final Show show;

    Pages(String process, boolean login, Csrf csrf, Clock clock) {
        this.process = process;
        this.login = login;
        this.csrf = csrf;
        this.show = new Show(clock);
    }

    Page page(HttpServletRequest request, String name, String title, Object model) {
        Site site = new Site(
                request.getContextPath(),
                process,
                Operator.current(request).name(),
                login,
                csrf.tokenFor(request),
                show);
        return new Page(name, title, site, model);
    }
}
