package dev.harken.console.pages;

import dev.harken.database.insight.Examination;
import dev.harken.database.insight.Examinations;
import dev.harken.database.insight.ManagedIndexes;
import dev.harken.database.insight.MissingIndexes;
import dev.harken.database.insight.UserIndexes;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import java.util.Optional;

/** {@code /console/indexes}: the nine that Harken relies on, those that lack, and all others. */
@Path("indexes")
@Produces(Page.HTML)
public final class IndexesResource {
    private final Pages pages;
    private final Examinations examinations;

    IndexesResource(Pages pages, Examinations examinations) {
        this.pages = pages;
        this.examinations = examinations;
    }

    @GET
    public Page indexes(@Context HttpServletRequest request) {
        Optional<Examination> examination = Examined.latest(examinations);
        Indexes indexes = new Indexes(
                Examined.of(
                        examination,
                        ManagedIndexes.Indexes.class,
                        MissingIndexes.Reads.class,
                        UserIndexes.Indexes.class),
                examination
                        .flatMap(seen -> seen.seen(ManagedIndexes.Indexes.class))
                        .orElse(null),
                examination
                        .flatMap(seen -> seen.seen(MissingIndexes.Reads.class))
                        .orElse(null),
                examination
                        .flatMap(seen -> seen.seen(UserIndexes.Indexes.class))
                        .orElse(null));
        return pages.page(request, "indexes", "Indexes", indexes);
    }

    /** What the page shows; what is not known is null. */
    public record Indexes(
            Examined examined,
            ManagedIndexes.Indexes managed,
            MissingIndexes.Reads missing,
            UserIndexes.Indexes others) {}
}
