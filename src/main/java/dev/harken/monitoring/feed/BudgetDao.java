package dev.harken.monitoring.feed;

import dev.harken.database.Tenant;
import dev.harken.database.Transactions;
import dev.harken.monitoring.reddit.Budget;
import dev.harken.monitoring.reddit.BudgetKeeper;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.hibernate.Session;
import org.hibernate.type.StandardBasicTypes;

/** The table {@code rate_budgets}: a credential's budget, one for all processes over this database. Thread-safe. */
public final class BudgetDao implements BudgetKeeper {
    private final Transactions transactions;
    private final String credential;

    /** @param credential names the credential, and is not secret */
    public BudgetDao(Transactions transactions, String credential) {
        this.transactions = transactions;
        this.credential = credential;
    }

    @Override
    public Budget change(UnaryOperator<Budget> change) {
        return transactions.recorded(Tenant.EVERY, session -> {
            Budget before = locked(session);
            Budget after = change.apply(before);
            if (!after.equals(before)) {
                store(session, after);
            }
            return before;
        });
    }

    private Budget locked(Session session) {
        session.createNativeMutationQuery(
                        """
                        insert into rate_budgets (credential, remaining, resets_at, silent_until)
                        values (:credential, :remaining, :resets, :silent)
                        on conflict (credential) do nothing
                        """)
                .setParameter("credential", credential)
                .setParameter("remaining", Budget.UNKNOWN.remaining())
                .setParameter("resets", Budget.UNKNOWN.resetsAt())
                .setParameter("silent", Budget.UNKNOWN.silentUntil())
                .executeUpdate();
        return session.createNativeQuery(
                        """
                        select remaining, resets_at, silent_until
                        from rate_budgets
                        where credential = :credential
                        for update
                        """,
                        Object.class)
                .setParameter("credential", credential)
                .addScalar("remaining", StandardBasicTypes.DOUBLE)
                .addScalar("resets_at", StandardBasicTypes.INSTANT)
                .addScalar("silent_until", StandardBasicTypes.INSTANT)
                .setTupleTransformer((row, names) -> new Budget((Double) row[0], (Instant) row[1], (Instant) row[2]))
                .getSingleResult();
    }

    private void store(Session session, Budget budget) {
        session.createNativeMutationQuery(
                        """
                        update rate_budgets
                        set remaining = :remaining, resets_at = :resets, silent_until = :silent
                        where credential = :credential
                        """)
                .setParameter("credential", credential)
                .setParameter("remaining", budget.remaining())
                .setParameter("resets", budget.resetsAt())
                .setParameter("silent", budget.silentUntil())
                .executeUpdate();
    }
}
