package dev.harken.database.insight;

/** Sizes as a person would write them into postgresql.conf. */
final class SettingSize {
    private static final long MEGA = 1024L * 1024;
    private static final long GIGA = 1024 * MEGA;
    /** 8 steps from one power of two to the next: never more than an eighth below what was computed. */
    private static final int STEPS = 8;

    private SettingSize() {}

    /** Rounds down, at least 1 MB. */
    static long round(long bytes) {
        long step = Math.max(MEGA, Long.highestOneBit(Math.max(1, bytes)) / STEPS);
        return Math.max(MEGA, bytes / step * step);
    }

    /** The rounded size as a setting: {@code 896MB}, {@code 2GB}. */
    static String setting(long bytes) {
        long rounded = round(bytes);
        return rounded % GIGA == 0 ? rounded / GIGA + "GB" : rounded / MEGA + "MB";
    }
}
