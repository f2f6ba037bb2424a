package dev.harken.console.access;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/** The paths of the admin port that the rules name. */
final class AdminPath {
    static final String LOGIN = "/console/login";
    static final String LOGOUT = "/console/logout";
    static final String PING = "/ping";
    static final String PROMETHEUS = "/prometheus";
    private static final String ASSETS = "/console/assets/";

    private AdminPath() {}

    /** The path as the container routes by it, decoded and without {@code ..}: what a rule must go by. */
    static String of(HttpServletRequest request) {
        return request.getServletPath()
                + Optional.ofNullable(request.getPathInfo()).orElse("");
    }

    static boolean isAsset(HttpServletRequest request) {
        return of(request).startsWith(ASSETS);
    }
}
