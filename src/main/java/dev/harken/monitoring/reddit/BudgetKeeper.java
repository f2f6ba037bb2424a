package dev.harken.monitoring.reddit;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/** Where a budget is kept, so that all that spend it see what is left. Implementations are thread-safe. */
public interface BudgetKeeper {
    /**
     * Replaces the budget by what the function makes of it; nobody else changes it in between.
     *
     * @param change without effects, since it may be called more than once
     * @return the budget as it was before
     */
    Budget change(UnaryOperator<Budget> change);

    /** A keeper for one process alone. */
    static BudgetKeeper inProcess() {
        return new AtomicReference<>(Budget.UNKNOWN)::getAndUpdate;
    }
}
