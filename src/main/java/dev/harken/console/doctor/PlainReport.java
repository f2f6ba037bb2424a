package dev.harken.console.doctor;

import dev.harken.database.PoolSnapshot;
import dev.harken.database.alerts.HarkenProcess;
import dev.harken.database.insight.Finding;
import dev.harken.database.insight.Severity;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A diagnosis as text for people: prose wrapped at 100 characters, commands and statements as they are. */
public final class PlainReport {
    private static final int WIDTH = 100;
    private static final String INDENT = "    ";
    private static final String DEEPER = INDENT + INDENT;

    /**
     * Statements and names of applications come from whoever is connected; none of them is to move the reader's
     * cursor.
     */
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\p{Cf}\u2028\u2029]");

    private PlainReport() {}

    /**
     * The report, with a line break at its end.
     *
     * @param changesets whether a finding's changeset is shown too
     */
    public static String of(Diagnosis diagnosis, boolean changesets) {
        List<String> lines = new ArrayList<>();
        lines.add("Time      " + diagnosis.at().truncatedTo(ChronoUnit.SECONDS));
        lines.add("Database  " + printable(diagnosis.database())
                + (diagnosis.serverVersion().isEmpty() ? "" : "  PostgreSQL " + printable(diagnosis.serverVersion())));
        diagnosis.processes().forEach(process -> lines.add(process(process)));
        lines.add("");
        for (Finding finding : diagnosis.findings()) {
            finding(finding, changesets, lines);
            lines.add("");
        }
        lines.add(summary(diagnosis));
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    private static String process(HarkenProcess.Seen seen) {
        PoolSnapshot pool = seen.state().pool();
        return String.format(
                Locale.ROOT,
                "Process   %s  pool: %d of %d lent (%.1f %%), %d waiting; seen %s",
                printable(seen.process().name()),
                pool.checkedOut(),
                pool.totalCapacity(),
                pool.utilizationPercent(),
                pool.waiting(),
                seen.at().truncatedTo(ChronoUnit.SECONDS));
    }

    private static void finding(Finding finding, boolean changesets, List<String> lines) {
        String head = String.format(Locale.ROOT, "%-8s  %s", finding.severity().name(), finding.kind());
        String subject = finding.subject().isEmpty() ? "" : "  " + finding.subject();
        wrap(head + subject + ": " + finding.what(), "", INDENT, lines);
        prose("why", finding.why(), lines);
        verbatim("do", finding.remedy(), lines);
        prose("gain", finding.gain(), lines);
        if (changesets) {
            verbatim("changeset", finding.changeset(), lines);
        }
    }

    private static void prose(String label, String text, List<String> lines) {
        if (!text.isBlank()) {
            wrap(label + ": " + text, INDENT, DEEPER, lines);
        }
    }

    /** To be copied: no line of it is broken, nothing else stands on its lines when there are several. */
    private static void verbatim(String label, String text, List<String> lines) {
        List<String> original = text.lines().map(PlainReport::printable).toList();
        if (text.isBlank()) {
            return;
        }
        if (original.size() == 1) {
            lines.add(INDENT + label + ": " + original.get(0));
            return;
        }
        lines.add(INDENT + label + ":");
        original.forEach(line -> lines.add((DEEPER + line).stripTrailing()));
    }

    private static void wrap(String text, String first, String further, List<String> lines) {
        String indent = first;
        for (String paragraph : text.lines().map(PlainReport::printable).toList()) {
            String rest = paragraph.strip();
            while (indent.length() + rest.length() > WIDTH) {
                int room = WIDTH - indent.length();
                int blank = rest.lastIndexOf(' ', room);
                // A word that is longer than a line stays whole.
                int end = blank > 0 ? blank : rest.indexOf(' ', room);
                if (end < 0) {
                    break;
                }
                lines.add(indent + rest.substring(0, end).stripTrailing());
                rest = rest.substring(end).strip();
                indent = further;
            }
            lines.add(indent + rest);
            indent = further;
        }
    }

    private static String printable(String text) {
        return CONTROL.matcher(text).replaceAll("?");
    }

    private static String summary(Diagnosis diagnosis) {
        return Stream.of(Severity.CRITICAL, Severity.WARNING, Severity.UNKNOWN, Severity.ADVICE)
                .map(severity -> diagnosis.summary().get(severity) + " " + severity.label())
                .collect(Collectors.joining(", "));
    }
}
