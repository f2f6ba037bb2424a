package dev.harken.database.insight;

import java.util.Locale;

/** Numbers as findings show them to an operator. */
public final class Wording {
    private static final long KILO = 1024;
    private static final long MEGA = KILO * KILO;
    private static final long GIGA = MEGA * KILO;
    private static final long SECOND = 1_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    private Wording() {}

    /** {@code 1.5 GB}; a GB is 2^30 bytes, as in PostgreSQL. */
    public static String bytes(long bytes) {
        if (bytes >= GIGA) {
            return decimal((double) bytes / GIGA) + " GB";
        }
        if (bytes >= MEGA) {
            return decimal((double) bytes / MEGA) + " MB";
        }
        return bytes >= KILO ? decimal((double) bytes / KILO) + " kB" : bytes + " bytes";
    }

    /** {@code 340 ms}, {@code 2 min 5 s}, {@code 3 h 20 min}. */
    public static String millis(long millis) {
        if (millis < SECOND) {
            return Math.max(0, millis) + " ms";
        }
        if (millis < MINUTE) {
            return decimal((double) millis / SECOND) + " s";
        }
        if (millis < HOUR) {
            return millis / MINUTE + " min " + millis % MINUTE / SECOND + " s";
        }
        if (millis < DAY) {
            return millis / HOUR + " h " + millis % HOUR / MINUTE + " min";
        }
        return millis / DAY + " d " + millis % DAY / HOUR + " h";
    }

    /** {@code 97.3 %}. */
    public static String percent(double percent) {
        return decimal(percent) + " %";
    }

    /** {@code 1,234,567}. */
    public static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** {@code 1 session}, {@code 2 sessions}. */
    public static String counted(long count, String noun) {
        return count(count) + " " + noun + (count == 1 ? "" : "s");
    }

    /** One digit after the point, none if it is zero; small numbers keep two digits that say something. */
    public static String decimal(double number) {
        double size = Math.abs(number);
        if (size != 0 && size < 0.1) {
            return String.format(Locale.ROOT, "%.2g", number);
        }
        String text = String.format(Locale.ROOT, "%,.1f", number);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }
}
