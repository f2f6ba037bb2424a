package dev.harken.console.pages;

import dev.harken.database.insight.CacheRates;
import dev.harken.database.insight.Examination;
import dev.harken.database.insight.Examinations;
import dev.harken.database.insight.Sequences;
import dev.harken.database.insight.Tables;
import dev.harken.database.insight.TransactionIds;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import java.util.Optional;

/** {@code /console/tables}: sizes, vacuum, sequences and transaction ids. */
@Path("tables")
@Produces(Page.HTML)
public final class TablesResource {
    private final Pages pages;
    private final Examinations examinations;

    TablesResource(Pages pages, Examinations examinations) {
        this.pages = pages;
        this.examinations = examinations;
    }

    @GET
    public Page tables(@Context HttpServletRequest request) {
        Optional<Examination> examination = Examined.latest(examinations);
        StoredTables tables = new StoredTables(
                Examined.of(examination, Tables.Sizes.class, Sequences.Use.class, TransactionIds.Ages.class),
                examination.flatMap(seen -> seen.seen(Tables.Sizes.class)).orElse(null),
                examination.flatMap(seen -> seen.seen(Sequences.Use.class)).orElse(null),
                examination
                        .flatMap(seen -> seen.seen(TransactionIds.Ages.class))
                        .orElse(null),
                examination.flatMap(seen -> seen.seen(CacheRates.Rates.class)).orElse(null));
        return pages.page(request, "tables", "Tables", tables);
    }

    /** What the page shows; what is not known is null. */
    public record StoredTables(
            Examined examined,
            Tables.Sizes sizes,
            Sequences.Use sequences,
            TransactionIds.Ages ages,
            CacheRates.Rates rates) {}
}
