package dev.harken.database.insight;

import dev.harken.database.insight.Examination.Look;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the database by every insight, one after the other over one connection at a time. Thread-safe. */
public final class Examiner {
    private static final Logger LOG = LoggerFactory.getLogger(Examiner.class);

    private final Jdbi jdbi;
    private final List<Insight<?>> insights;
    private final Clock clock;

    Examiner(Jdbi jdbi, List<Insight<?>> insights, Clock clock) {
        this.jdbi = jdbi;
        this.insights = List.copyOf(insights);
        this.clock = clock;
    }

    /**
     * An examiner with all insights.
     *
     * @param jdbi over connections whose statements have a timeout
     * @param hostMemoryBytes tells the memory of the database's host, 0 when it is not known
     * @param poolCapacity the most connections of this process's pool
     */
    public static Examiner of(
            Jdbi jdbi, InsightFactory settings, LongSupplier hostMemoryBytes, int poolCapacity, Clock clock) {
        return new Examiner(
                jdbi,
                List.of(
                        new ManagedIndexes(settings),
                        new MissingIndexes(settings),
                        new UserIndexes(settings),
                        new Sessions(settings),
                        new ConnectionShare(settings),
                        new TopStatements(settings),
                        new Tables(settings),
                        new CacheRates(settings),
                        new TransactionIds(settings),
                        new Sequences(settings),
                        new Replication(settings),
                        new SettingsReview(settings, hostMemoryBytes, poolCapacity)),
                clock);
    }

    /** Looks. Never throws: an insight that fails becomes a finding that says so, and the others go on. */
    public Examination examine() {
        return new Examination(
                clock.instant(), insights.stream().map(this::look).toList());
    }

    private Look look(Insight<?> insight) {
        try {
            return read(insight);
        } catch (RuntimeException e) {
            LOG.warn("insight failed: insight=\"{}\" reason={}", insight.name(), reason(e));
            return new Look(Optional.empty(), List.of(unknown(insight, e)));
        }
    }

    /** In a transaction of its own: what a failed statement leaves behind ends with it. */
    private <T> Look read(Insight<T> insight) {
        T seen = jdbi.withHandle(handle -> {
            handle.setReadOnly(true);
            try {
                return handle.inTransaction(insight::read);
            } finally {
                handle.setReadOnly(false);
            }
        });
        return new Look(Optional.of(seen), insight.judge(seen));
    }

    private static Finding unknown(Insight<?> insight, RuntimeException failure) {
        return Finding.of(
                        Severity.UNKNOWN,
                        "not_examined",
                        insight.name(),
                        "The " + insight.name() + " could not be read: " + reason(failure))
                .because("What was not read cannot be judged; it may be fine or not.");
    }

    /** What PostgreSQL said, without the statement, which says nothing to an operator. */
    private static String reason(RuntimeException failure) {
        Throwable said = failure instanceof JdbiException && failure.getCause() != null ? failure.getCause() : failure;
        String message = said.getMessage();
        return message == null
                ? said.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }
}
