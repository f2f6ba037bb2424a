package dev.harken.monitoring.notify;

import com.google.common.hash.Hashing;
import dev.harken.audit.AuditDao;
import dev.harken.audit.AuditRecord;
import dev.harken.database.Tenant;
import dev.harken.database.Transactions;
import dev.harken.mail.Mailer;
import dev.harken.users.UserDao;
import jakarta.mail.MessagingException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of drafts that nobody looked at for longer than their client wants: the client's channels and all who have the
 * feed open first, and after the same time again the administrators, by mail. One process runs this at a time; should
 * two, only a mail is sent twice.
 */
final class Escalation {
    private static final Logger LOG = LoggerFactory.getLogger(Escalation.class);
    private static final int BATCH = 200;
    private static final int MOST_BATCHES = 50;
    private static final int MOST_ADMINISTRATORS = 20;
    private static final Duration TRIED_FOR = Duration.ofHours(1);

    private final Transactions transactions;
    private final EscalationDao posts;
    private final UserDao users;
    private final AuditDao audit;
    private final Optional<Mailer> mailer;
    private final Clock clock;

    /** By administrator, what others were told already; one each, as long as it is tried. */
    private final Map<String, Letter> later = new ConcurrentHashMap<>();

    /** @param mailer empty when no mail server is set: then administrators see it in the feed alone */
    Escalation(
            Transactions transactions,
            EscalationDao posts,
            UserDao users,
            AuditDao audit,
            Optional<Mailer> mailer,
            Clock clock) {
        this.transactions = transactions;
        this.posts = posts;
        this.users = users;
        this.audit = audit;
        this.mailer = mailer;
        this.clock = clock;
    }

    void run() {
        int marked = BATCH;
        for (int batch = 0; batch < MOST_BATCHES && marked == BATCH; batch++) {
            marked = mark();
        }
        mailer.ifPresent(this::tellAdministrators);
    }

    private int mark() {
        Instant now = clock.instant();
        int marked = transactions.recorded(Tenant.EVERY, session -> {
            List<EscalationDao.Marked> overdue = posts.mark(session, now, BATCH);
            audit.record(
                    session,
                    overdue.stream()
                            .map(post -> AuditRecord.byHarken(post.clientId(), "post.overdue", "post", post.id()))
                            .toList());
            return overdue.size();
        });
        if (marked > 0) {
            // Lists show it; those that are kept are told by an empty change, so that a run without any drops none.
            transactions.change(Tenant.EVERY, session -> {});
        }
        return marked;
    }

    /**
     * Each administrator by a mail of their own, so that an address that is refused keeps it from nobody else. Noted when
     * one of them was sent theirs; the others are tried for an hour. Who dies before it is noted has it told once more.
     */
    private void tellAdministrators(Mailer mail) {
        tryAgain(mail);
        List<String> administrators =
                transactions.read(Tenant.EVERY, session -> users.administrators(session, MOST_ADMINISTRATORS));
        Instant now = clock.instant();
        List<EscalationDao.Waiting> waiting = administrators.isEmpty()
                ? List.of()
                : transactions.read(Tenant.EVERY, session -> posts.untold(session, now));
        if (waiting.isEmpty()) {
            return;
        }
        Letter letter = new Letter(subject(waiting), text(waiting), now, "overdue_" + key(waiting));
        List<String> unsent = administrators.stream()
                .filter(administrator -> !isSent(mail, administrator, letter))
                .toList();
        if (unsent.size() < administrators.size()) {
            transactions.record(Tenant.EVERY, session -> posts.told(session, now));
            unsent.forEach(administrator -> later.putIfAbsent(administrator, letter));
        }
    }

    private void tryAgain(Mailer mail) {
        Instant longest = clock.instant().minus(TRIED_FOR);
        later.entrySet()
                .removeIf(one -> one.getValue().at().isBefore(longest) || isSent(mail, one.getKey(), one.getValue()));
    }

    /** Sends a letter; false when the mail server did not take it. */
    private static boolean isSent(Mailer mail, String administrator, Letter letter) {
        try {
            mail.send(List.of(administrator), letter.subject(), letter.text(), letter.at(), letter.key());
            return true;
        } catch (MessagingException e) {
            LOG.warn("an administrator could not be told of overdue drafts: subject=\"{}\"", letter.subject(), e);
            return false;
        }
    }

    private record Letter(String subject, String text, Instant at, String key) {}

    /** Another for other posts: who gets two mails with one key takes the second for the first. */
    private static String key(List<EscalationDao.Waiting> waiting) {
        return Hashing.sha256()
                .hashString(
                        waiting.stream().map(EscalationDao.Waiting::digest).collect(Collectors.joining()),
                        StandardCharsets.UTF_8)
                .toString();
    }

    private static String subject(List<EscalationDao.Waiting> waiting) {
        long posts = waiting.stream().mapToLong(EscalationDao.Waiting::posts).sum();
        return posts == 1 ? "A draft is overdue" : posts + " drafts are overdue";
    }

    private static String text(List<EscalationDao.Waiting> waiting) {
        String lines = waiting.stream()
                .map(client -> client.client() + ": " + client.posts())
                .collect(Collectors.joining("\n"));
        return """
                These clients have posts whose drafts wait for review for twice as long as they should:

                %s

                They are in the feed under More filters, Waiting: Overdue.
                """
                .formatted(lines);
    }
}
