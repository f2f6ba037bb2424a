package dev.harken.console.pages;

import io.dropwizard.views.common.View;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A page: what all of them have, and what this one shows. Public for the template engine. */
public final class Page extends View {
    static final String HTML = "text/html;charset=UTF-8";

    /** Every page, in the navigation's order. */
    static final List<Link> LINKS = List.of(
            new Link("overview", "/", "Overview"),
            new Link("health", "/console/health", "Health checks"),
            new Link("queries", "/console/queries", "Queries"),
            new Link("indexes", "/console/indexes", "Indexes"),
            new Link("tables", "/console/tables", "Tables"),
            new Link("connections", "/console/connections", "Connections"),
            new Link("migrations", "/console/migrations", "Migrations"),
            new Link("jobs", "/console/jobs", "Jobs"),
            new Link("cache", "/console/cache", "Cache"),
            new Link("settings", "/console/settings", "Settings"));

    private final String name;
    private final String title;
    private final Site site;
    private final Object model;

    /**
     * A page.
     *
     * @param name the template's, without {@code .ftlh}, and the link's that leads here
     * @param model what the template shows: a public record
     */
    Page(String name, String title, Site site, Object model) {
        super(name + ".ftlh", StandardCharsets.UTF_8);
        this.name = name;
        this.title = title;
        this.site = site;
        this.model = model;
    }

    public String getName() {
        return name;
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

    public List<Link> getLinks() {
        return LINKS;
    }

    /** A link of the navigation. */
    public record Link(String name, String path, String title) {}

    /**
     * Where and for whom a page is made.
     *
     * @param base the path that the admin port is served under, without a slash at the end
     * @param process the name of the process that answers
     * @param login whether the operator has signed in, and may sign out
     * @param csrf the token that its forms carry
     */
    public record Site(String base, String process, String operator, boolean login, String csrf, Show show) {}
}
