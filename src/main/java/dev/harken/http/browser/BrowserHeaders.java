package dev.harken.http.browser;

import java.util.Map;

/** What every answer to a browser says of how it may be used. */
public final class BrowserHeaders {
    /** By name. Scripts and styles come from this service alone, and none stands in a page. */
    public static final Map<String, String> ALL = Map.of(
            "Content-Security-Policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                            + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options", "nosniff",
            // Not no-referrer: with it, a browser sends its forms with Origin: null.
            "Referrer-Policy", "same-origin",
            "Cross-Origin-Opener-Policy", "same-origin",
            "Cross-Origin-Resource-Policy", "same-origin");

    private BrowserHeaders() {}
}
