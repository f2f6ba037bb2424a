package dev.harken.console.pages;

import dev.harken.database.migration.Migrations;
import dev.harken.database.migration.Migrations.Applied;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** {@code /console/migrations}: what was applied to the database, and what it lacks. */
@Path("migrations")
@Produces(Page.HTML)
public final class MigrationsResource {
    private final Pages pages;
    private final Jdbi jdbi;

    MigrationsResource(Pages pages, Jdbi jdbi) {
        this.pages = pages;
        this.jdbi = jdbi;
    }

    @GET
    public Page migrations(@Context HttpServletRequest request) throws Exception {
        Changesets changesets = jdbi.withHandle(handle ->
                new Changesets(Migrations.pending(handle.getConnection()), Migrations.applied(handle.getConnection())));
        return pages.page(request, "migrations", "Migrations", changesets);
    }

    /** What the page shows. */
    public record Changesets(List<String> pending, List<Applied> applied) {}
}
