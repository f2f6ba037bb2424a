package dev.harken.monitoring.notify;

import dev.harken.mail.Mailer;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import java.util.List;

/** Mails plain text. Thread-safe. */
final class MailMessenger implements Messenger {
    private static final int LONGEST_SUBJECT = 150;
    private static final int LONGEST_CONTENT = 3000;

    private final Mailer mailer;

    MailMessenger(Mailer mailer) {
        this.mailer = mailer;
    }

    @Override
    public Receipt send(Channel channel, Told told) {
        try {
            mailer.send(List.of(channel.address().orElseThrow()), subject(told), text(told), told.at(), told.key());
            return Receipt.taken();
        } catch (SendFailedException e) {
            return Receipt.failed("the mail server refused the receiver");
        } catch (MessagingException e) {
            // What the server says may tell of the operator's network.
            return Receipt.failed(
                    "the mail server did not take it (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static String subject(Told told) {
        return switch (told.kind()) {
            case Told.POST -> {
                Told.Post post = told.posts().get(0);
                yield "r/" + post.subreddit() + ": " + Excerpt.of(Excerpt.oneLine(post.title()), LONGEST_SUBJECT);
            }
            case Told.OVERDUE -> {
                Told.Post post = told.posts().get(0);
                yield "Waits for review: r/" + post.subreddit() + ": "
                        + Excerpt.of(Excerpt.oneLine(post.title()), LONGEST_SUBJECT);
            }
            case Told.WEEKLY -> told.report().map(ReportText::subject).orElseThrow();
            case Told.DIGEST -> told.count() == 1 ? "1 new post" : told.count() + " new posts";
            default -> "Harken can reach you";
        };
    }

    static String text(Told told) {
        return switch (told.kind()) {
            case Told.POST -> post(told.posts().get(0));
            case Told.OVERDUE ->
                "The draft for this post waits for review for longer than it should.\n\n"
                        + post(told.posts().get(0));
            case Told.WEEKLY -> told.report().map(ReportText::of).orElseThrow();
            case Told.DIGEST -> digest(told);
            default -> "This is a test of the channel " + Excerpt.oneLine(told.channel()) + ". It works.\n";
        };
    }

    private static String post(Told.Post post) {
        StringBuilder text = new StringBuilder();
        text.append(Excerpt.oneLine(post.title()))
                .append("\n")
                .append(post.permalink())
                .append("\n\n");
        text.append("Subreddit: r/").append(post.subreddit()).append("\n");
        post.author().ifPresent(author -> text.append("Author: u/")
                .append(Excerpt.oneLine(author))
                .append("\n"));
        text.append("Keywords: ").append(String.join(", ", post.keywords())).append("\n");
        if (!post.content().isBlank()) {
            text.append("\n")
                    .append(Excerpt.quoted(Excerpt.of(post.content(), LONGEST_CONTENT)))
                    .append("\n");
        }
        post.draft().ifPresent(draft -> text.append("\nDraft of a reply:\n\n")
                .append(draft.content())
                .append("\n"));
        return text.toString();
    }

    private static String digest(Told told) {
        StringBuilder text = new StringBuilder();
        for (Told.Post post : told.posts()) {
            text.append("r/").append(post.subreddit()).append(": ").append(Excerpt.oneLine(post.title()));
            text.append("\n").append(post.permalink()).append("\n\n");
        }
        int more = told.count() - told.posts().size();
        if (more > 0) {
            text.append("… and ").append(more).append(" more\n");
        }
        return text.toString();
    }
}
