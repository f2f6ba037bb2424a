package dev.harken.database.partitions;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Locale;

/**
 * A partition of a table that holds one month in UTC, by the name that Harken gives it: {@code analytics_events_2026_11}.
 *
 * @param table the partitioned table
 */
public record MonthlyPartition(String table, YearMonth month) {

    /** The partition that a moment falls into. */
    public static MonthlyPartition of(String table, Instant moment) {
        return new MonthlyPartition(table, YearMonth.from(moment.atOffset(ZoneOffset.UTC)));
    }

    public String name() {
        return table + "_" + suffix(month);
    }

    /** The name of the partition that holds everything before this month. */
    public String nameOfAllBefore() {
        return table + "_before_" + suffix(month);
    }

    /** The name of the partition that takes what no other one does. */
    public static String nameOfDefault(String table) {
        return table + "_default";
    }

    /** The first moment of the month. */
    public Instant from() {
        return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** The first moment of the next month. */
    public Instant to() {
        return next().from();
    }

    public MonthlyPartition next() {
        return plusMonths(1);
    }

    public MonthlyPartition plusMonths(int months) {
        return new MonthlyPartition(table, month.plusMonths(months));
    }

    /** {@link #from} as a literal of SQL that means the same in every time zone. */
    public String fromLiteral() {
        return literal(from());
    }

    /** {@link #to} likewise. */
    public String toLiteral() {
        return literal(to());
    }

    private static String literal(Instant moment) {
        return "'" + moment + "'";
    }

    private static String suffix(YearMonth month) {
        return String.format(Locale.ROOT, "%04d_%02d", month.getYear(), month.getMonthValue());
    }
}
