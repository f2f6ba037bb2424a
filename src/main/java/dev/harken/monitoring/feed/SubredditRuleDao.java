package dev.harken.monitoring.feed;

import java.time.Instant;
import java.util.Optional;
import org.hibernate.Session;

/** The table {@code subreddit_rules}: what each subreddit asks of who writes there, as last read. */
final class SubredditRuleDao {
    /**
     * What is known.
     *
     * @param text one rule a line; empty when there are none, and when they were never read
     * @param isRead whether they ever were
     * @param dueAt when to read them again
     */
    record Rules(String text, boolean isRead, Instant dueAt) {}

    Optional<Rules> of(Session session, String name) {
        return session.createNativeQuery(
                        """
                        select rules, is_read or rules <> '' as is_read, due_at
                        from subreddit_rules
                        where name = :name
                        """,
                        Object[].class)
                .addScalar("rules", String.class)
                .addScalar("is_read", Boolean.class)
                .addScalar("due_at", Instant.class)
                .setParameter("name", name)
                .uniqueResultOptional()
                .map(row -> new Rules((String) row[0], (boolean) row[1], (Instant) row[2]));
    }

    void store(Session session, String name, Rules rules) {
        session.createNativeMutationQuery(
                        """
                        insert into subreddit_rules (name, rules, is_read, due_at)
                        values (:name, :rules, :read, :due)
                        on conflict (name) do update
                        set rules = excluded.rules, is_read = excluded.is_read, due_at = excluded.due_at
                        """)
                .setParameter("name", name)
                .setParameter("rules", rules.text())
                .setParameter("read", rules.isRead())
                .setParameter("due", rules.dueAt())
                .executeUpdate();
    }
}
