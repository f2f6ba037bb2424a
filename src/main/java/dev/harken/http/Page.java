package dev.harken.http;

import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Some rows of a list in the list's order, and the cursors to those before and after. */
public record Page<T>(List<T> rows, Optional<Cursor> previous, Optional<Cursor> next) {
    public Page {
        rows = List.copyOf(rows);
    }

    /**
     * Cuts a page out of what was fetched.
     *
     * @param fetched up to {@link PageRequest#fetch()} rows, in the direction that the request reads
     * @param key a row's place, without regard to direction
     */
    public static <T> Page<T> of(List<T> fetched, PageRequest request, Function<T, Cursor> key) {
        boolean more = fetched.size() > request.limit();
        List<T> rows = new ArrayList<>(more ? fetched.subList(0, request.limit()) : fetched);
        if (request.isBackward()) {
            Collections.reverse(rows);
        }
        if (rows.isEmpty()) {
            return new Page<>(rows, Optional.empty(), Optional.empty());
        }
        boolean hasPrevious = request.isBackward() ? more : request.cursor().isPresent();
        boolean hasNext = request.isBackward() || more;
        return new Page<>(
                rows,
                hasPrevious ? Optional.of(place(key.apply(rows.get(0)), true)) : Optional.empty(),
                hasNext ? Optional.of(place(key.apply(rows.get(rows.size() - 1)), false)) : Optional.empty());
    }

    private static Cursor place(Cursor key, boolean backward) {
        return new Cursor(key.at(), key.id(), backward);
    }

    public <R> Page<R> map(Function<T, R> change) {
        return new Page<>(rows.stream().map(change).toList(), previous, next);
    }

    /** The address of the page after this one, path and query only; empty when this is the last. */
    public Optional<String> nextAddress(UriInfo request) {
        return next.map(cursor -> address(request, cursor));
    }

    /** Where the neighbours of this page are, by their relation: {@code next} and {@code prev}. */
    Map<String, String> links(UriInfo request) {
        Map<String, String> links = new LinkedHashMap<>();
        next.ifPresent(cursor -> links.put("next", address(request, cursor)));
        previous.ifPresent(cursor -> links.put("prev", address(request, cursor)));
        return links;
    }

    private static String address(UriInfo request, Cursor cursor) {
        URI uri = request.getRequestUriBuilder()
                .replaceQueryParam("cursor", cursor.encode())
                .build();
        // Path and query only: behind a proxy, the scheme and host that we see are not the caller's.
        return uri.getRawPath() + "?" + uri.getRawQuery();
    }
}
