package dev.harken.live;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in the order of events, written {@code transaction-id}. Everything at or before a place that was told is
 * complete: no event is added there later.
 *
 * @param transaction PostgreSQL's 64-bit id of the transaction that wrote the event, not negative
 * @param id of the event within it; 0 is before the transaction's first
 */
record EventPosition(long transaction, long id) implements Comparable<EventPosition> {
    // Eighteen digits fit a long, and last for thousands of years of transactions.
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,18})-([0-9]{1,18})");
    private static final Comparator<EventPosition> ORDER =
            Comparator.comparingLong(EventPosition::transaction).thenComparingLong(EventPosition::id);

    /** Reads what {@link #toString} wrote; empty when the text is nothing of the kind. */
    static Optional<EventPosition> of(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.matches()
                ? Optional.of(new EventPosition(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2))))
                : Optional.empty();
    }

    boolean isAfter(EventPosition other) {
        return compareTo(other) > 0;
    }

    @Override
    public int compareTo(EventPosition other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return transaction + "-" + id;
    }
}
