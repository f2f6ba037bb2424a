package dev.harken.monitoring.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportTimeTest {
    @ParameterizedTest
    @CsvSource({
        // Monday, 8 in the morning of Berlin is 7 by UTC in winter and 6 in summer.
        "MONDAY, 8, Europe/Berlin, 2026-03-02T06:59:59Z, 2026-02-23T07:00:00Z, 2026-03-02T07:00:00Z",
        "MONDAY, 8, Europe/Berlin, 2026-03-02T07:00:00Z, 2026-03-02T07:00:00Z, 2026-03-09T07:00:00Z",
        "MONDAY, 8, Europe/Berlin, 2026-03-25T12:00:00Z, 2026-03-23T07:00:00Z, 2026-03-30T06:00:00Z",
        "MONDAY, 8, Europe/Berlin, 2026-10-25T12:00:00Z, 2026-10-19T06:00:00Z, 2026-10-26T07:00:00Z",
        // On Sunday 29 March there is no 2 o'clock there; on Sunday 25 October there are two.
        "SUNDAY, 2, Europe/Berlin, 2026-03-28T12:00:00Z, 2026-03-22T01:00:00Z, 2026-03-29T01:00:00Z",
        "SUNDAY, 2, Europe/Berlin, 2026-03-29T01:00:00Z, 2026-03-29T01:00:00Z, 2026-04-05T00:00:00Z",
        "SUNDAY, 2, Europe/Berlin, 2026-10-25T00:30:00Z, 2026-10-25T00:00:00Z, 2026-11-01T01:00:00Z",
        "SUNDAY, 2, Europe/Berlin, 2026-10-25T01:30:00Z, 2026-10-25T00:00:00Z, 2026-11-01T01:00:00Z",
        // There it is another day than by UTC.
        "MONDAY, 8, Pacific/Auckland, 2026-06-28T20:00:00Z, 2026-06-28T20:00:00Z, 2026-07-05T20:00:00Z",
        "SUNDAY, 23, America/Los_Angeles, 2026-06-29T05:59:59Z, 2026-06-22T06:00:00Z, 2026-06-29T06:00:00Z"
    })
    void itIsDueByTheClocksOfItsZone(
            DayOfWeek weekday, int hour, String zone, Instant now, Instant last, Instant next) {
        ReportTime time = new ReportTime(weekday, hour, ZoneId.of(zone));

        assertThat(time.lastUntil(now)).isEqualTo(last);
        assertThat(time.nextAfter(now)).isEqualTo(next);
    }

    @Test
    void aWeekIsNumberedByTheZonesCalendar() {
        ReportTime berlin = new ReportTime(DayOfWeek.MONDAY, 0, ZoneId.of("Europe/Berlin"));

        assertThat(berlin.week(Instant.parse("2026-12-31T12:00:00Z"))).isEqualTo("2026-W53");
        assertThat(berlin.week(Instant.parse("2027-01-01T12:00:00Z"))).isEqualTo("2026-W53");
        assertThat(berlin.week(Instant.parse("2027-01-03T22:59:59Z"))).isEqualTo("2026-W53");
        assertThat(berlin.week(Instant.parse("2027-01-03T23:00:00Z"))).isEqualTo("2027-W01");
    }

    @Test
    void aWholeYearHasOneReportOfEachWeek() {
        ReportTime time = new ReportTime(DayOfWeek.SUNDAY, 2, ZoneId.of("Europe/Berlin"));
        Instant moment = Instant.parse("2026-01-01T00:00:00Z");
        for (int week = 1; week <= 53; week++) {
            moment = time.nextAfter(moment);
            assertThat(time.lastUntil(moment)).isEqualTo(moment);
            assertThat(time.week(moment)).isEqualTo("2026-W%02d".formatted(week));
        }
    }
}
