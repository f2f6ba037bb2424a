package dev.harken.monitoring.feed;

import java.time.Instant;
import java.util.Optional;
import org.hibernate.Session;

/** The table {@code subreddit_rules}: what each subreddit asks of who writes there, as last read. */
final class SubredditRuleDao {
    /**
     * What is known.
     *
     * @param dueAt when to read them again
     */
    record Rules(String text, Instant dueAt) {}

    Optional<Rules> of(Session session, String name) {
        return session.createNativeQuery("select rules, due_at from subreddit_rules where name = :name", Object[].class)
                .addScalar("rules", String.class)
                .addScalar("due_at", Instant.class)
                .setParameter("name", name)
                .uniqueResultOptional()
                .map(row -> new Rules((String) row[0], (Instant) row[1]));
    }

    void store(Session session, String name, String rules, Instant dueAt) {
        session.createNativeMutationQuery(
                        """
                        insert into subreddit_rules (name, rules, due_at)
                        values (:name, :rules, :due)
                        on conflict (name) do update
                        set rules = excluded.rules, due_at = excluded.due_at
                        """)
                .setParameter("name", name)
                .setParameter("rules", rules)
                .setParameter("due", dueAt)
                .executeUpdate();
    }
}
