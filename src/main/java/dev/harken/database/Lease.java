package dev.harken.database;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One connection that is lent: since when, for what, to which thread, and from which place in the code. Thread-safe. */
public final class Lease {
    private final Work work;
    private final Instant since;
    private final String thread;
    private final List<StackWalker.StackFrame> takenAt;
    private volatile String statement = "";
    private volatile boolean reported;

    Lease(Work work, Instant since, String thread, List<StackWalker.StackFrame> takenAt) {
        this.work = work;
        this.since = since;
        this.thread = thread;
        this.takenAt = List.copyOf(takenAt);
    }

    /**
     * The frames of Harken's own code that led to the loan, innermost first. Few leases are ever looked at, and to put a
     * frame into words costs as much as to find it: that is left for {@link #takenAt}.
     */
    static List<StackWalker.StackFrame> callers() {
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(Lease::isOutsideThePool).limit(5).toList());
    }

    private static boolean isOutsideThePool(StackWalker.StackFrame frame) {
        String type = frame.getClassName();
        return type.startsWith("dev.harken.") && !type.startsWith("dev.harken.database.");
    }

    void running(String sql) {
        statement = sql;
    }

    /** True the first time it is asked, so that a long lease is logged once and not at every look. */
    boolean markReported() {
        boolean first = !reported;
        reported = true;
        return first;
    }

    /** What the borrower does. */
    public Work work() {
        return work;
    }

    public Instant since() {
        return since;
    }

    public String thread() {
        return thread;
    }

    /** The places in Harken's own code that led to the loan, innermost first. */
    public List<String> takenAt() {
        return takenAt.stream()
                .map(frame -> frame.getClassName() + "." + frame.getMethodName() + ":" + frame.getLineNumber())
                .toList();
    }

    /** The last statement that was sent on the connection during this lease, without its values. */
    public Optional<String> statement() {
        return statement.isEmpty() ? Optional.empty() : Optional.of(statement);
    }

    public Duration heldFor(Instant now) {
        return Duration.between(since, now);
    }
}
