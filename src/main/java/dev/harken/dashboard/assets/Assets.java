package dev.harken.dashboard.assets;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The scripts and styles, the small ones in memory. Each is found under an address that changes with its content, so that
 * a browser may keep it for ever. Immutable.
 */
public final class Assets {
    private static final String OWN = "/dev/harken/dashboard/assets/";
    private static final String HTMX = "/META-INF/resources/webjars/htmx.org/2.0.7/dist/htmx.min.js";
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
    private static final String SWAGGER_UI_VERSION = "5.35.0";
    private static final String SWAGGER_UI = "/META-INF/resources/webjars/swagger-ui/" + SWAGGER_UI_VERSION + "/";
    private static final String STYLE = "text/css;charset=utf-8";
    private static final String SCRIPT = "text/javascript;charset=utf-8";
    private static final int VERSION_BYTES = 8;
    private final Map<String, Asset> assets = new LinkedHashMap<>();

    public Assets() {
        add("dashboard.css", STYLE, OWN + "dashboard.css");
        add("dashboard.js", SCRIPT, OWN + "dashboard.js");
        add("htmx.js", SCRIPT, HTMX);
        add("figures.css", STYLE, OWN + "figures.css");
        add("figures.js", SCRIPT, OWN + "figures.js");
        add("uplot.css", STYLE, UPLOT + "uPlot.min.css");
        add("uplot.js", SCRIPT, UPLOT + "uPlot.iife.min.js");
        add("docs.css", STYLE, OWN + "docs.css");
        add("docs.js", SCRIPT, OWN + "docs.js");
        addLarge("swagger-ui.css", STYLE, SWAGGER_UI + "swagger-ui.css", SWAGGER_UI_VERSION);
        addLarge("swagger-ui.js", SCRIPT, SWAGGER_UI + "swagger-ui-bundle.js", SWAGGER_UI_VERSION);
        add("icon.svg", "image/svg+xml", OWN + "icon.svg");
    }

    /** One of them. */
    static final class Asset {
        private final String version;
        private final String type;
        private final Supplier<InputStream> content;

        private Asset(String version, String type, Supplier<InputStream> content) {
            this.version = version;
            this.type = type;
            this.content = content;
        }

        /** What its address changes with. */
        String version() {
            return version;
        }

        String type() {
            return type;
        }

        InputStream content() {
            return content.get();
        }
    }

    Optional<Asset> find(String version, String name) {
        return Optional.ofNullable(assets.get(name))
                .filter(asset -> asset.version().equals(version));
    }

    /**
     * Where one of them is, from the service's root on, without a slash before it.
     *
     * @throws IllegalArgumentException when there is none of that name
     */
    public String path(String name) {
        Asset asset = assets.get(name);
        if (asset == null) {
            throw new IllegalArgumentException("there is no asset " + name);
        }
        return "assets/" + asset.version() + "/" + name;
    }

    private void add(String name, String type, String resource) {
        try (InputStream stream = open(resource)) {
            byte[] content = stream.readAllBytes();
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            assets.put(
                    name,
                    new Asset(
                            HexFormat.of().formatHex(digest, 0, VERSION_BYTES),
                            type,
                            () -> new ByteArrayInputStream(content)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** One that is rarely asked for: read from the jar each time, and known by its library's version, not read at start. */
    private void addLarge(String name, String type, String resource, String version) {
        assets.put(name, new Asset(version, type, () -> open(resource)));
    }

    private static InputStream open(String resource) {
        InputStream stream = Assets.class.getResourceAsStream(resource);
        if (stream == null) {
            throw new IllegalStateException("the resource " + resource + " is missing");
        }
        return stream;
    }
}
