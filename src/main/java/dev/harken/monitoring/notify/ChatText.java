package dev.harken.monitoring.notify;

import java.util.function.IntFunction;

/**
 * Writes what is told as a chat's message. What comes from Reddit stays text: it mentions nobody, and formats nothing.
 *
 * @param longest characters of a message, as UTF-16 counts them
 * @param escape what a code point of text becomes
 */
record ChatText(int longest, IntFunction<String> escape, Link link) {
    private static final int LONGEST_EXCERPT = 400;
    private static final int LONGEST_DRAFT = 700;
    private static final int LONGEST_TITLE = 300;

    /** Parts an at sign from a name, so that it is none any more. */
    private static final String APART = "@\u200b";

    /** For Slack, and what takes the same messages: some of these know mentions by a bare at sign. */
    static final ChatText SLACK = new ChatText(
            3500,
            point -> switch (point) {
                case '&' -> "&amp;";
                case '<' -> "&lt;";
                case '>' -> "&gt;";
                case '@' -> APART;
                default -> Character.toString(point);
            },
            (address, title) -> "<" + address.replace("|", "%7C") + "|" + title + ">");

    static final ChatText DISCORD = new ChatText(
            2000,
            point -> "\\*_~`|>#[]()<:-".indexOf(point) >= 0
                    ? "\\" + Character.toString(point)
                    : point == '@' ? APART : Character.toString(point),
            (address, title) -> "**" + title + "** <" + address + ">");

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
        append(text, "\nKeywords: ", String.join(", ", post.keywords()), LONGEST_EXCERPT);
        append(text, "\n", post.content(), LONGEST_EXCERPT);
        post.draft().ifPresent(draft -> append(text, "\nDraft: ", draft.content(), LONGEST_DRAFT));
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
        String address = Excerpt.urlSafe(post.permalink());
        return link.of(address, cut(post.title().isBlank() ? "(no title)" : post.title(), LONGEST_TITLE));
    }

    private void append(StringBuilder text, String label, String words, int most) {
        int room = Math.min(most, longest - text.length() - label.length());
        if (!words.isBlank() && room > 1) {
            text.append(label).append(cut(words, room));
        }
    }

    /** Escapes, and cuts so that what is escaped fits. */
    private String cut(String words, int most) {
        StringBuilder cut = new StringBuilder();
        for (int point : words.strip().codePoints().toArray()) {
            String next = escape.apply(point);
            if (cut.length() + next.length() > most - 1) {
                return cut.append('…').toString();
            }
            cut.append(next);
        }
        return cut.toString();
    }
}
