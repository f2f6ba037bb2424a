package dev.harken.monitoring.notify;

import dev.harken.audit.AuditDao;
import dev.harken.audit.AuditRecord;
import dev.harken.database.Tenant;
import dev.harken.database.Transactions;
import dev.harken.mail.Mailer;
import dev.harken.users.UserDao;
import jakarta.mail.MessagingException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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

    private final Transactions transactions;
    private final EscalationDao posts;
    private final UserDao users;
    private final AuditDao audit;
    private final Optional<Mailer> mailer;
    private final Clock clock;

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
     * Each administrator by a mail of their own, so that an address that is refused keeps it from nobody else. Recorded
     * afterwards: who dies in between has it told once more.
     */
    private void tellAdministrators(Mailer mail) {
        List<String> administrators =
                transactions.read(Tenant.EVERY, session -> users.administrators(session, MOST_ADMINISTRATORS));
        Instant now = clock.instant();
        List<EscalationDao.Waiting> waiting = administrators.isEmpty()
                ? List.of()
                : transactions.read(Tenant.EVERY, session -> posts.untold(session, now, BATCH));
        if (waiting.isEmpty()) {
            return;
        }
        long told = administrators.stream()
                .filter(administrator -> isTold(mail, administrator, waiting, now))
                .count();
        if (told > 0) {
            transactions.recorded(Tenant.EVERY, session -> posts.told(session, waiting, now));
        }
    }

    private static boolean isTold(Mailer mail, String administrator, List<EscalationDao.Waiting> waiting, Instant now) {
        try {
            mail.send(
                    List.of(administrator),
                    subject(waiting.size()),
                    text(waiting),
                    now,
                    "overdue_" + waiting.get(0).id());
            return true;
        } catch (MessagingException e) {
            LOG.warn("an administrator could not be told of overdue drafts: posts={}", waiting.size(), e);
            return false;
        }
    }

    private static String subject(int posts) {
        return posts == 1 ? "A draft is overdue" : posts + " drafts are overdue";
    }

    private static String text(List<EscalationDao.Waiting> waiting) {
        Map<String, Long> counts = waiting.stream()
                .collect(Collectors.groupingBy(EscalationDao.Waiting::client, TreeMap::new, Collectors.counting()));
        String lines = counts.entrySet().stream()
                .map(client -> client.getKey() + ": " + client.getValue())
                .collect(Collectors.joining("\n"));
        return """
                These clients have posts whose drafts wait for review for twice as long as they should:

                %s

                They are in the feed under More filters, Waiting: Overdue.
                """
                .formatted(lines);
    }
}
