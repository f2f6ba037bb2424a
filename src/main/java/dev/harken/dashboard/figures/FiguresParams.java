package dev.harken.dashboard.figures;

import dev.harken.analytics.Period;
import dev.harken.analytics.PeriodParams;
import dev.harken.analytics.ScopeParams;
import dev.harken.http.ProblemException;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.QueryParam;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** What the page shows: as the API takes it, and so many days until today, that a bookmark can hold. */
public final class FiguresParams extends ScopeParams {
    @QueryParam("days")
    @Min(1)
    @Max(PeriodParams.MOST_DAYS)
    Integer days;

    /** Whether it is the last so many days, however it was asked for. */
    boolean isUntilToday() {
        return !namesADay();
    }

    @Override
    public Period period(Clock clock) {
        if (days == null) {
            return super.period(clock);
        }
        if (namesADay()) {
            throw ProblemException.badParameter("days", "must not be given together with start_date or end_date");
        }
        return Period.ending(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC), days);
    }
}
