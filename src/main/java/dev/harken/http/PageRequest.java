package dev.harken.http;

import java.util.Optional;

/** Which rows of an ordered list are wanted. */
public final class PageRequest {
    private final int limit;
    private final boolean ascending;
    private final Cursor cursor;

    PageRequest(int limit, boolean ascending, Cursor cursor) {
        this.limit = limit;
        this.ascending = ascending;
        this.cursor = cursor;
    }

    /** The first rows of a list in its ascending order, at most so many. */
    public static PageRequest first(int limit) {
        return new PageRequest(limit, true, null);
    }

    /** The first rows of a list in its descending order, at most so many. */
    public static PageRequest latest(int limit) {
        return new PageRequest(limit, false, null);
    }

    /** The rows of a page. */
    public int limit() {
        return limit;
    }

    /** The rows to fetch: one more than the page holds, which tells whether there is another page. */
    public int fetch() {
        return limit + 1;
    }

    public Optional<Cursor> cursor() {
        return Optional.ofNullable(cursor);
    }

    /** The direction in which the database is to read: the list's own, or against it towards its start. */
    public boolean readsAscending() {
        return ascending != isBackward();
    }

    /** {@code asc} or {@code desc}, for the order by clause. */
    public String direction() {
        return readsAscending() ? "asc" : "desc";
    }

    /** {@code >} or {@code <}, to compare a row's key with the cursor's. */
    public String beyond() {
        return readsAscending() ? ">" : "<";
    }

    boolean isBackward() {
        return cursor != null && cursor.backward();
    }
}
