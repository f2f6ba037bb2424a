package dev.harken.clients;

import dev.harken.monitoring.drafting.ModelUsage;
import java.math.BigDecimal;
import java.sql.Date;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hibernate.Session;

/** The table {@code model_usage}, and the budgets that it is held against. Months are those of UTC. */
public final class ModelUsageDao {
    private static final int MICROS = 6;
    private static final int MOST_MONTHS = 12;

    private final Clock clock;

    public ModelUsageDao(Clock clock) {
        this.clock = clock;
    }

    /** Adds to what was used in the running month; nothing when the client is gone. */
    public void add(Session session, long clientId, ModelUsage used) {
        if (used.equals(ModelUsage.NONE)) {
            return;
        }
        session.createNativeMutationQuery(
                        """
                        insert into model_usage as present (
                          client_id, month, requests, input_tokens, output_tokens, cost_micros)
                        select id, cast(:month as date), :requests, :input, :output, :cost
                        from clients
                        where id = :client
                        on conflict (client_id, month) do update
                        set requests = present.requests + excluded.requests,
                          input_tokens = present.input_tokens + excluded.input_tokens,
                          output_tokens = present.output_tokens + excluded.output_tokens,
                          cost_micros = present.cost_micros + excluded.cost_micros
                        """)
                .setParameter("month", month().toString())
                .setParameter("requests", used.requests())
                .setParameter("input", used.inputTokens())
                .setParameter("output", used.outputTokens())
                .setParameter("cost", used.costMicros())
                .setParameter("client", clientId)
                .executeUpdate();
    }

    /** What is left of the running month's budget, in millionths of a US dollar; empty when there is no budget. */
    public Optional<Long> left(Session session, long clientId) {
        return session.createNativeQuery(
                        """
                        select cast(client.monthly_budget_usd * 1000000 as bigint) - coalesce(used.cost_micros, 0)
                        from clients client
                        left join model_usage used
                          on used.client_id = client.id and used.month = cast(:month as date)
                        where client.id = :client
                          and client.monthly_budget_usd is not null
                        """,
                        Long.class)
                .setParameter("month", month().toString())
                .setParameter("client", clientId)
                .uniqueResultOptional();
    }

    /** Sets or removes a budget; false when there is no such client. */
    boolean setBudget(Session session, long clientId, Optional<BigDecimal> monthlyUsd) {
        return session.createNativeMutationQuery(
                                """
                                update clients
                                set monthly_budget_usd = cast(:budget as numeric), updated_at = :now
                                where id = :client
                                """)
                        .setParameter(
                                "budget",
                                monthlyUsd.map(BigDecimal::toPlainString).orElse(null),
                                String.class)
                        .setParameter("now", clock.instant())
                        .setParameter("client", clientId)
                        .executeUpdate()
                == 1;
    }

    /** The latest months, in one statement; empty when there is no such client. */
    Optional<UsageView> of(Session session, long clientId) {
        List<Object[]> rows = session.createNativeQuery(
                        """
                        select client.monthly_budget_usd, used.month, used.requests, used.input_tokens,
                          used.output_tokens, used.cost_micros
                        from clients client
                        left join model_usage used on used.client_id = client.id
                        where client.id = :client
                        order by used.month desc
                        limit :most
                        """,
                        Object[].class)
                .setParameter("client", clientId)
                .setParameter("most", MOST_MONTHS)
                .list();
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        BigDecimal budget = (BigDecimal) rows.get(0)[0];
        List<UsageView.Month> months = new ArrayList<>();
        for (Object[] row : rows) {
            if (row[1] != null) {
                months.add(new UsageView.Month(
                        ((Date) row[1]).toLocalDate(),
                        (long) row[2],
                        (long) row[3],
                        (long) row[4],
                        BigDecimal.valueOf((long) row[5], MICROS)));
            }
        }
        BigDecimal used = months.stream()
                .filter(month -> month.month().equals(month()))
                .map(UsageView.Month::costUsd)
                .findFirst()
                .orElse(BigDecimal.ZERO);
        return Optional.of(new UsageView(clientId, budget, budget != null && used.compareTo(budget) >= 0, months));
    }

    private LocalDate month() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).withDayOfMonth(1);
    }
}
