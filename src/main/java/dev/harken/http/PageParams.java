package dev.harken.http;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;

/** {@code ?limit=} and {@code ?cursor=}, as every list takes them. */
public class PageParams {
    /** How many rows at most. */
    @QueryParam("limit")
    @DefaultValue("50")
    @Min(1)
    @Max(200)
    int limit;

    /** Where the page begins, as the {@code Link} header of its neighbour says; the first page without. */
    @QueryParam("cursor")
    String cursor;

    /** Reads a list in its ascending order, or the other way round. */
    public PageRequest toRequest(boolean ascending) {
        return new PageRequest(limit, ascending, cursor == null ? null : Cursor.decode(cursor));
    }
}
