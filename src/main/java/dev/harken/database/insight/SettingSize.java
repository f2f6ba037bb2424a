package dev.harken.database.insight;

/** Sizes as a person would write them into postgresql.conf. */
final class SettingSize {
    private static final long KILO = 1024;
    private static final long MEGA = KILO * KILO;
    private static final long GIGA = MEGA * KILO;
    /** Steps from one power of two to the next: never more than an eighth below what was computed. */
    private static final int STEPS = 8;

    private SettingSize() {}

    /** Rounds down and names the unit: {@code 896MB}, {@code 2GB}; at least 1 kB. */
    static String of(long bytes) {
        long size = Math.max(KILO, bytes);
        long step = Math.max(KILO, Long.highestOneBit(size) / STEPS);
        long rounded = size / step * step;
        if (rounded % GIGA == 0) {
            return rounded / GIGA + "GB";
        }
        return rounded % MEGA == 0 ? rounded / MEGA + "MB" : rounded / KILO + "kB";
    }
}
