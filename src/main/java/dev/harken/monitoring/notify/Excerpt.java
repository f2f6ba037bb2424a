package dev.harken.monitoring.notify;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Cuts text from Reddit, and writes it so that it is seen to be that. */
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

    /** A text on one line, without the characters that control more than that. */
    static String oneLine(String text) {
        return text.replaceAll("[\\p{Cntrl}\\s\\u0085\\u2028\\u2029]+", " ").strip();
    }

    /** A text as it is quoted in a mail: each line begins with a sign of that, so that none seems to be Harken's. */
    static String quoted(String text) {
        return Stream.of(text.split("\\R", -1))
                .map(line -> ("> " + line).stripTrailing())
                .collect(Collectors.joining("\n"));
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
