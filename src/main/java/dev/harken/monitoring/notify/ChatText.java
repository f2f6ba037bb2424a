package dev.harken.monitoring.notify;

/**
 * Writes what is told as a chat's message. What comes from Reddit stays text: it mentions nobody, formats nothing, and is
 * in the first line or in a quotation.
 *
 * @param longest characters of a message, as UTF-16 counts them
 * @param escape what a code point of Reddit's text becomes
 * @param drafted what one of a draft becomes, which people copy from there
 */
record ChatText(int longest, Escape escape, Escape drafted, Link link) {
    private static final int LONGEST_EXCERPT = 400;
    private static final int LONGEST_DRAFT = 700;
    private static final int LONGEST_TITLE = 300;

    /** Parts a character from the next, so that the two mean nothing together: a zero width space. */
    private static final String APART = "\u200b";

    /** Begins with what is no space, so that no list or code begins after it. */
    private static final String QUOTE = "\n> " + APART;

    /**
     * For Slack, and what takes the same messages: some of these know mentions by a bare at sign, and format Markdown.
     * They have no escape in common. An asterisk, a tilde or a backtick formats whatever is beside it, so another
     * character that looks the same stands for it; for a low line, too, unless it is within a word.
     */
    static final ChatText SLACK = new ChatText(
            3500,
            (before, point, after) -> switch (point) {
                case '&' -> "&amp;";
                case '<' -> "&lt;";
                case '>' -> "&gt;";
                case '*' -> "\u2217";
                case '~' -> "\u223c";
                case '`' -> "\u02cb";
                case '_' -> isOfWord(before) && isOfWord(after) ? "_" : "\u02cd";
                case '@', '#', ']', '|' -> Character.toString(point) + APART;
                default -> Character.toString(point);
            },
            (before, point, after) -> switch (point) {
                case '&' -> "&amp;";
                case '<' -> "&lt;";
                case '>' -> "&gt;";
                case '@' -> "@" + APART;
                default -> Character.toString(point);
            },
            (address, title) -> "<" + address.replace("|", "%7C") + "|" + title + ">");

    /** Shows a text, and lets people copy it, without the backslashes. */
    static final ChatText DISCORD = new ChatText(
            2000,
            ChatText::withBackslashes,
            ChatText::withBackslashes,
            (address, title) -> "**" + title + "** <" + address + ">");

    /** What a code point of text becomes. */
    interface Escape {
        /**
         * The same as text.
         *
         * @param before the code point before it; a space at the beginning
         * @param after the code point after it; a space at the end
         */
        String of(int before, int point, int after);
    }

    /** How an address is shown with a title, which is escaped already. */
    interface Link {
        String of(String address, String title);
    }

    String of(Told told) {
        return switch (told.kind()) {
            case Told.POST -> post("New post in r/", told.posts().get(0));
            case Told.OVERDUE -> post("Waits for review: r/", told.posts().get(0));
            case Told.DIGEST -> digest(told);
            default -> cut("Harken can reach this channel: " + told.channel(), longest);
        };
    }

    private String post(String lead, Told.Post post) {
        StringBuilder text = new StringBuilder(lead)
                .append(cut(post.subreddit(), LONGEST_TITLE))
                .append(": ")
                .append(titled(post));
        append(text, "\nKeywords: ", String.join(", ", post.keywords()), LONGEST_EXCERPT, escape);
        append(text, QUOTE, Excerpt.oneLine(post.content()), LONGEST_EXCERPT, escape);
        // Without an empty line, the draft would go on with the quotation.
        post.draft().ifPresent(draft -> append(text, "\n\nDraft: ", draft.content(), LONGEST_DRAFT, drafted));
        return text.toString();
    }

    private String digest(Told told) {
        StringBuilder text = new StringBuilder(told.count() == 1 ? "1 new post" : told.count() + " new posts");
        int listed = 0;
        for (Told.Post post : told.posts()) {
            String line = "\n• r/" + cut(post.subreddit(), LONGEST_TITLE) + ": " + titled(post);
            // Leaves room for the line that says how many are not listed.
            if (text.length() + line.length() > longest - 50) {
                break;
            }
            text.append(line);
            listed++;
        }
        if (listed < told.count()) {
            text.append("\n… and ").append(told.count() - listed).append(" more");
        }
        return text.toString();
    }

    private String titled(Told.Post post) {
        String title = Excerpt.oneLine(post.title());
        return link.of(Excerpt.urlSafe(post.permalink()), cut(title.isEmpty() ? "(no title)" : title, LONGEST_TITLE));
    }

    private void append(StringBuilder text, String label, String words, int most, Escape escaped) {
        int room = Math.min(most, longest - text.length() - label.length());
        if (!words.isBlank() && room > 1) {
            text.append(label).append(cut(words, room, escaped));
        }
    }

    private String cut(String words, int most) {
        return cut(words, most, escape);
    }

    /** Escapes, and cuts so that what is escaped fits. */
    private static String cut(String words, int most, Escape escape) {
        StringBuilder cut = new StringBuilder();
        int[] points = words.strip().codePoints().toArray();
        for (int i = 0; i < points.length; i++) {
            String next =
                    escape.of(i == 0 ? ' ' : points[i - 1], points[i], i + 1 == points.length ? ' ' : points[i + 1]);
            if (cut.length() + next.length() > most - 1) {
                return cut.append('…').toString();
            }
            cut.append(next);
        }
        return cut.toString();
    }

    private static String withBackslashes(int before, int point, int after) {
        return "\\*_~`|>#[]()<:-".indexOf(point) >= 0
                ? "\\" + Character.toString(point)
                : Character.toString(point) + (point == '@' ? APART : "");
    }

    /** Others take a letter with an accent for the end of a word. */
    private static boolean isOfWord(int point) {
        return (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z') || (point >= '0' && point <= '9');
    }
}
