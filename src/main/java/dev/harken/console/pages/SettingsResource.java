package dev.harken.console.pages;

import dev.harken.database.insight.Examination;
import dev.harken.database.insight.Examinations;
import dev.harken.database.insight.SettingsReview;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code /console/settings}: PostgreSQL's settings, judged, and Harken's, without secrets. */
@Path("settings")
@Produces(Page.HTML)
public final class SettingsResource {
    private final Pages pages;
    private final Examinations examinations;
    private final Supplier<List<Setting>> own;

    /** @param own reads Harken's settings as they are in force, with what is secret left out */
    SettingsResource(Pages pages, Examinations examinations, Supplier<List<Setting>> own) {
        this.pages = pages;
        this.examinations = examinations;
        this.own = own;
    }

    @GET
    public Page settings(@Context HttpServletRequest request) {
        Optional<Examination> examination = Examined.latest(examinations);
        Settings settings = new Settings(
                Examined.of(examination, SettingsReview.Review.class),
                examination
                        .flatMap(seen -> seen.seen(SettingsReview.Review.class))
                        .orElse(null),
                own.get());
        return pages.page(request, "settings", "Settings", settings);
    }

    /**
     * What the page shows.
     *
     * @param review null when it is not known
     */
    public record Settings(Examined examined, SettingsReview.Review review, List<Setting> own) {}
}
