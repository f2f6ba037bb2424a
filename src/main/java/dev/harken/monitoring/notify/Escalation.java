package dev.harken.monitoring.notify;

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
 * Tells of drafts that nobody looked at for longer than their client wants: the client's channels first, and after the
 * same time again the administrators, each once. Safe to run in several processes.
 */
final class Escalation {
    private static final Logger LOG = LoggerFactory.getLogger(Escalation.class);
    private static final int BATCH = 200;
    private static final int MOST_BATCHES = 50;
    private static final int MOST_ADMINISTRATORS = 20;

    private final Transactions transactions;
    private final EscalationDao posts;
    private final UserDao users;
    private final Optional<Mailer> mailer;
    private final Clock clock;

    /** @param mailer empty when no mail server is set: then no administrator is told */
    Escalation(Transactions transactions, EscalationDao posts, UserDao users, Optional<Mailer> mailer, Clock clock) {
        this.transactions = transactions;
        this.posts = posts;
        this.users = users;
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
        int marked = transactions.recorded(Tenant.EVERY, session -> posts.mark(session, now, BATCH));
        if (marked > 0) {
            // Lists show it; those that are kept are told by an empty change, so that a run without any drops none.
            transactions.change(Tenant.EVERY, session -> {});
        }
        return marked;
    }

    /** Claims first: who dies between that and the mail leaves the administrators untold, but never tells them twice. */
    private void tellAdministrators(Mailer mail) {
        List<String> administrators =
                transactions.read(Tenant.EVERY, session -> users.administrators(session, MOST_ADMINISTRATORS));
        if (administrators.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        List<EscalationDao.Waiting> waiting =
                transactions.recorded(Tenant.EVERY, session -> posts.claim(session, now, BATCH));
        if (waiting.isEmpty()) {
            return;
        }
        try {
            mail.send(
                    administrators,
                    subject(waiting.size()),
                    text(waiting),
                    now,
                    "overdue_" + waiting.get(0).id());
        } catch (MessagingException e) {
            LOG.warn("administrators could not be told of overdue drafts: posts={}", waiting.size(), e);
            transactions.record(Tenant.EVERY, session -> posts.release(session, waiting));
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
