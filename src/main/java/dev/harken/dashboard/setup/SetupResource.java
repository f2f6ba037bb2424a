package dev.harken.dashboard.setup;

import dev.harken.auth.Caller;
import dev.harken.dashboard.pages.Guide;
import dev.harken.dashboard.pages.Page;
import dev.harken.dashboard.pages.Pages;
import dev.harken.http.browser.ForBrowsers;
import io.dropwizard.auth.Auth;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;

/** {@code /setup}: what there is to set up, and what of it is done. */
@ForBrowsers
@Path("/setup")
@Produces(Pages.HTML)
public final class SetupResource {
    private final SetupPages pages;
    private final Guide steps;

    SetupResource(SetupPages pages, Guide steps) {
        this.pages = pages;
        this.steps = steps;
    }

    @GET
    public Page overview(@Auth Caller caller, @Context UriInfo uri) {
        return pages.page(uri, caller, "overview", "Set-up", new Overview(steps.of(caller)));
    }

    /** What is done and what is not. */
    public record Overview(List<Guide.Step> steps) {}
}
