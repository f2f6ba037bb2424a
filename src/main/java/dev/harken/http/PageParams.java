package dev.harken.http;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;

/** {@code ?limit=} and {@code ?cursor=}, as every list takes them. */
public class PageParams {
    @QueryParam("limit")
    @DefaultValue("50")
    @Min(1)
    @Max(200)
    int limit;

    @QueryParam("cursor")
    String cursor;

    /** Reads a list in its ascending order, or the other way round. */
    public PageRequest toRequest(boolean ascending) {
        return new PageRequest(limit, ascending, cursor == null ? null : Cursor.decode(cursor));
    }
}
