package dev.harken.dashboard.pages;

import dev.harken.dashboard.assets.Assets;
import io.dropwizard.views.common.View;
import java.nio.charset.StandardCharsets;

/** A page or a part of one: what all of them have, and what this one shows. Public for the template engine. */
public final class Page extends View {
    private final String title;
    private final Site site;
    private final Object model;

    /**
     * A page.
     *
     * @param template its name without {@code .ftlh}
     * @param model what the template shows: a public record
     */
    Page(String template, String title, Site site, Object model) {
        super(template + ".ftlh", StandardCharsets.UTF_8);
        this.title = title;
        this.site = site;
        this.model = model;
    }

    public String getTitle() {
        return title;
    }

    public Site getSite() {
        return site;
    }

    public Object getModel() {
        return model;
    }

    /**
     * Where and for whom a page is made.
     *
     * @param base the path that the service is under, with a slash at the end
     * @param email of who is signed in, or empty
     * @param csrf the token that its forms carry, or empty
     */
    public record Site(String base, String email, boolean admin, String csrf, Assets assets, Show show) {
        /** Where a script or style is. */
        public String asset(String name) {
            return base + assets.path(name);
        }
    }
}
