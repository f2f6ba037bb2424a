package dev.harken.dashboard.pages;

import dev.harken.auth.Caller;
import dev.harken.dashboard.assets.Assets;
import dev.harken.http.Problem;
import dev.harken.http.browser.FormTokens;
import jakarta.ws.rs.core.UriInfo;
import java.time.Clock;

/** Makes pages for requests. */
public final class Pages {
    public static final String HTML = "text/html;charset=UTF-8";

    private final Assets assets;
    private final FormTokens tokens;
    private final Show show;

    public Pages(Assets assets, FormTokens tokens, Clock clock) {
        this.assets = assets;
        this.tokens = tokens;
        this.show = new Show(clock);
    }

    /** A page, or a part of one, for somebody who is signed in. */
    public Page page(UriInfo uri, Caller caller, String template, String title, Object model) {
        Page.Site site =
                new Page.Site(base(uri), caller.email(), caller.isAdmin(), tokens.of(caller.tokenId()), assets, show);
        return new Page(template, title, site, model);
    }

    /** A page for whoever comes. */
    public Page open(UriInfo uri, String template, String title, Object model) {
        return new Page(template, title, new Page.Site(base(uri), "", false, "", assets, show), model);
    }

    /**
     * What says that something is wrong.
     *
     * @param part whether it is put into a page by a script
     */
    public Page problem(UriInfo uri, Problem problem, boolean part) {
        return open(uri, part ? "problem-part" : "problem", problem.title(), problem);
    }

    private static String base(UriInfo uri) {
        return uri.getBaseUri().getRawPath();
    }
}
