package dev.harken.monitoring.drafting;

import java.util.regex.Pattern;

/**
 * Text by strangers, made fit to stand in a reply as plain text. It becomes one line, and what Reddit's Markdown would
 * take as emphasis, a link, a quote, a heading, a list, a spoiler or a mention gets a backslash. So a title can neither
 * format the reply, nor put a link in it, nor notify another user.
 */
final class PlainInsert {
    /** Reddit's own limit for a title. */
    private static final int LONGEST = 300;

    private static final Pattern SPACE = Pattern.compile("[\\s\\p{Z}\\p{Cc}\u200b\ufeff]+");
    private static final Pattern ALWAYS = Pattern.compile("[\\\\*`\\[\\]<>|~^]");
    /** Inside a word an underscore is no emphasis, and most names with one stay readable. */
    private static final Pattern UNDERSCORE_AT_EDGE = Pattern.compile("(?<![\\p{L}\\p{N}])_|_(?![\\p{L}\\p{N}])");

    private static final Pattern MENTION = Pattern.compile("(?i)(?<![\\p{L}\\p{N}])([ur])/(?=[\\w-])");
    private static final Pattern LINK =
            Pattern.compile("(?i)\\b([a-z][a-z0-9+.-]*):(?=//)|\\b(mailto):|\\b(www)(?=\\.)");
    private static final Pattern ENTITY = Pattern.compile("&(?=#?\\w+;)");
    private static final Pattern BLOCK_START = Pattern.compile("^(?=[#+=-])|^(\\d+)(?=[.)])");

    private PlainInsert() {}

    static String of(String text) {
        String line = shortened(SPACE.matcher(text).replaceAll(" ").strip());
        line = ALWAYS.matcher(line).replaceAll("\\\\$0");
        line = UNDERSCORE_AT_EDGE.matcher(line).replaceAll("\\\\_");
        line = ENTITY.matcher(line).replaceAll("\\\\&");
        line = LINK.matcher(line).replaceAll(link -> {
            String scheme = link.group(1) == null ? link.group(2) : link.group(1);
            return scheme == null ? link.group(3) + "\\\\" : scheme + "\\\\:";
        });
        line = MENTION.matcher(line).replaceAll("$1\\\\/");
        return BLOCK_START.matcher(line).replaceAll(start -> (start.group(1) == null ? "" : start.group(1)) + "\\\\");
    }

    private static String shortened(String line) {
        if (line.codePointCount(0, line.length()) <= LONGEST) {
            return line;
        }
        return line.substring(0, line.offsetByCodePoints(0, LONGEST - 1)).strip() + "…";
    }
}
