package dev.harken.http.browser;

import jakarta.servlet.http.Cookie;

/**
 * A cookie that no script can read and that ends with the browser.
 *
 * @param sameSite {@code Strict}, or {@code Lax} for pages that other sites link to
 */
public record SessionCookie(String name, String sameSite) {
    public Cookie holding(String value, boolean secure) {
        Cookie cookie = new Cookie(name, value);
        cookie.setHttpOnly(true);
        cookie.setPath("/");
        cookie.setSecure(secure);
        cookie.setAttribute("SameSite", sameSite);
        return cookie;
    }

    /** Has the browser forget the cookie. */
    public Cookie gone(boolean secure) {
        Cookie cookie = holding("", secure);
        cookie.setMaxAge(0);
        return cookie;
    }
}
