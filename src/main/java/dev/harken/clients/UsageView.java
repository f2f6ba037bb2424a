package dev.harken.clients;

import jakarta.annotation.Nullable;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;

/**
 * What a client's drafts cost, as the API shows it.
 *
 * @param monthlyBudgetUsd null when there is none
 * @param budgetReached true when drafting by the language model is stopped until the month ends or the budget is raised
 * @param months the latest twelve in which there was something, newest first
 */
public record UsageView(
        long clientId, @Nullable BigDecimal monthlyBudgetUsd, boolean budgetReached, List<Month> months) {
    /**
     * A month of UTC.
     *
     * @param month its first day
     */
    public record Month(LocalDate month, long requests, long inputTokens, long outputTokens, BigDecimal costUsd) {}
}
