package dev.harken.http.browser;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** Where to go on after signing in: a path of this service and nothing else. */
public final class LocalPath {
    private LocalPath() {}

    /** The path with its query as it may stand in {@code Location}; empty for whatever could lead to another host. */
    public static Optional<String> of(String wanted) {
        // Browsers take // and, in places of the old web, /\ for the start of a host's name, and skip over tabs.
        boolean path = wanted.startsWith("/") && !wanted.startsWith("//") && wanted.indexOf('\\') < 0;
        if (!path || !wanted.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            return Optional.empty();
        }
        try {
            URI uri = new URI(wanted);
            boolean local = uri.getScheme() == null && uri.getRawAuthority() == null;
            return local ? Optional.of(wanted) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
