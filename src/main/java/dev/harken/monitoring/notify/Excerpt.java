package dev.harken.monitoring.notify;

/** Cuts text from Reddit to a length. */
final class Excerpt {
    private Excerpt() {}

    /** The beginning of a text, at most so many characters as UTF-16 counts them, with no character cut in half. */
    static String of(String text, int most) {
        String whole = text.strip();
        if (whole.length() <= most) {
            return whole;
        }
        int end = Character.isHighSurrogate(whole.charAt(most - 2)) ? most - 2 : most - 1;
        return whole.substring(0, end).stripTrailing() + "…";
    }

    /** An address in which nothing ends it, wherever it is written. */
    static String urlSafe(String address) {
        StringBuilder safe = new StringBuilder();
        address.codePoints().forEach(point -> {
            if (point <= ' ' || "<>\"'`\\^{}*".indexOf(point) >= 0) {
                safe.append("%%%02X".formatted(point));
            } else {
                safe.appendCodePoint(point);
            }
        });
        return safe.toString();
    }
}
