package dev.harken.dashboard.assets;

import dev.harken.auth.Open;
import dev.harken.http.browser.ForBrowsers;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/** {@code /assets}: scripts and styles, each to be kept for ever under an address that changes with it. */
@Open
@ForBrowsers
@Path("/assets/{version}/{name}")
public final class AssetsResource {
    private static final String FOR_EVER = "public, max-age=31536000, immutable";

    private final Assets assets;

    public AssetsResource(Assets assets) {
        this.assets = assets;
    }

    @GET
    public Response get(@PathParam("version") String version, @PathParam("name") String name) {
        Assets.Asset asset = assets.find(version, name).orElseThrow(NotFoundException::new);
        return Response.ok(asset.content())
                .type(asset.type())
                .header(HttpHeaders.CACHE_CONTROL, FOR_EVER)
                .build();
    }
}
