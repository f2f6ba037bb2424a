package dev.harken.dashboard.docs;

import dev.harken.auth.Open;
import dev.harken.dashboard.pages.Page;
import dev.harken.dashboard.pages.Pages;
import dev.harken.http.browser.ForBrowsers;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.UriInfo;

/** {@code /docs}: the API's own page. Open, as the description is; what is tried on it needs an access token as ever. */
@Open
@ForBrowsers
@Path("/docs")
@Produces(Pages.HTML)
public final class DocsPageResource {
    private final Pages pages;

    public DocsPageResource(Pages pages) {
        this.pages = pages;
    }

    @GET
    public Page show(@Context UriInfo uri) {
        return pages.open(uri, "docs", "API", "");
    }
}
