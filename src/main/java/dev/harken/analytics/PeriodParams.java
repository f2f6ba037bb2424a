package dev.harken.analytics;

import dev.harken.auth.Caller;
import dev.harken.database.Tenant;
import dev.harken.http.ProblemException;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.QueryParam;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** {@code ?start_date=}, {@code ?end_date=} and {@code ?client_id=}, as analytics takes them. */
public class PeriodParams {
    static final int STANDARD_DAYS = 30;
    public static final int MOST_DAYS = 1000;
    private static final LocalDate EARLIEST = LocalDate.of(2000, 1, 1);
    private static final LocalDate LATEST = LocalDate.of(2999, 12, 31);

    /** One client; for administrators, who otherwise get everybody's. */
    @QueryParam("client_id")
    @Positive
    Long clientId;

    /** The first day, in UTC; 30 days until the last without. */
    @QueryParam("start_date")
    @Size(max = 10)
    String startDate;

    /** The last day, in UTC; today without. */
    @QueryParam("end_date")
    @Size(max = 10)
    String endDate;

    /** The client whose numbers are asked for. */
    public Optional<Long> clientId() {
        return Optional.ofNullable(clientId);
    }

    /** Whether a first or last day is named. */
    protected boolean namesADay() {
        return startDate != null || endDate != null;
    }

    /** The days asked for: those until today when no end is named, and thirty of them when no start is. */
    public Period period(Clock clock) {
        LocalDate last =
                date("end_date", endDate).orElseGet(() -> LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
        LocalDate first = date("start_date", startDate).orElseGet(() -> last.minusDays(STANDARD_DAYS - 1L));
        if (last.isBefore(first)) {
            throw ProblemException.badParameter("end_date", "must not be before start_date");
        }
        Period period = new Period(first, last);
        if (period.days() > MOST_DAYS) {
            throw ProblemException.badParameter(
                    "start_date", "must not be more than " + MOST_DAYS + " days before end_date");
        }
        return period;
    }

    /** Whose numbers are asked for: a client's own, and for an administrator any one's or everybody's. */
    Tenant tenant(Caller caller) {
        return caller.tenant(clientId);
    }

    private static Optional<LocalDate> date(String name, String text) {
        if (text == null) {
            return Optional.empty();
        }
        try {
            LocalDate date = LocalDate.parse(text);
            if (!date.isBefore(EARLIEST) && !date.isAfter(LATEST)) {
                return Optional.of(date);
            }
        } catch (DateTimeParseException e) {
            // Answered below, like a day out of range.
        }
        throw ProblemException.badParameter(name, "must be a day such as 2026-01-31");
    }
}
