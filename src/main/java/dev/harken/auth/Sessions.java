package dev.harken.auth;

import dev.harken.http.browser.SessionCookie;

/** How a browser shows who it acts for. */
public final class Sessions {
    /** Lax, since people come by links in mail and chat. */
    public static final SessionCookie COOKIE = new SessionCookie("harken_session", "Lax");
    /** The header that the pages' scripts send, and a browser by itself does not. */
    public static final String BY_SCRIPT = "HX-Request";

    private Sessions() {}
}
