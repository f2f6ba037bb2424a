package dev.harken.monitoring.notify;

import dev.harken.analytics.CountChange;
import dev.harken.analytics.WeeklyReport;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Writes the report of a week as plain text. */
final class ReportText {
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("EEE d MMM uuuu", Locale.ENGLISH);
    private static final int LONGEST_NAME = 100;

    private ReportText() {}

    static String subject(WeeklyReport report) {
        return "Your week on Reddit until " + day(report.last());
    }

    static String of(WeeklyReport report) {
        StringBuilder text = new StringBuilder();
        text.append(day(report.first())).append(" to ").append(day(report.last()));
        text.append(" (days of UTC), beside the seven days before.\n\n");
        line(text, "Posts matched", report.matched());
        line(text, "Replies drafted", report.drafted());
        line(text, "Drafts copied", report.copied());
        line(text, "Posts reviewed", report.reviewed());
        top(text, "Keywords with the most posts", "", report.keywords());
        top(text, "Subreddits with the most posts", "r/", report.subreddits());
        text.append(
                "\nA range holds the change with 95 % confidence, if posts come independently of each other; where it\n");
        text.append("holds no change, the difference may be chance. With fewer than ")
                .append(CountChange.FEWEST);
        text.append(" in both weeks together\nthere are too few to tell.\n");
        return text.toString();
    }

    private static void line(StringBuilder text, String what, CountChange change) {
        text.append(what).append(": ").append(change.now());
        text.append(" (").append(change.before()).append(" before): ");
        text.append(verdict(change)).append("\n");
    }

    private static String verdict(CountChange change) {
        return switch (change.verdict()) {
            case TOO_FEW -> "too few to tell";
            case UNCLEAR -> "no clear change, " + range(change);
            case MORE -> "more, " + range(change);
            case FEWER -> "fewer, " + range(change);
        };
    }

    private static String range(CountChange change) {
        return Double.isInfinite(change.highest())
                ? percent(change.lowest()) + " or more"
                : percent(change.lowest()) + " to " + percent(change.highest());
    }

    private static String percent(double growth) {
        long rounded = Math.round(growth * 100);
        return (rounded > 0 ? "+" : rounded < 0 ? "\u2212" : "") + Math.abs(rounded) + " %";
    }

    private static void top(StringBuilder text, String heading, String prefix, List<WeeklyReport.Top> names) {
        if (names.isEmpty()) {
            return;
        }
        text.append("\n").append(heading).append(":\n");
        for (WeeklyReport.Top one : names) {
            text.append("  ").append(prefix);
            text.append(Excerpt.of(Excerpt.oneLine(one.name()), LONGEST_NAME));
            text.append(": ").append(one.posts()).append("\n");
        }
    }

    private static String day(LocalDate day) {
        return DAY.format(day);
    }
}
