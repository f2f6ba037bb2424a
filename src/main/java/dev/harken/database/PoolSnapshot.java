package dev.harken.database;

/**
 * The pool's numbers at one moment. The names are those of every answer and every gauge.
 *
 * @param poolSize connections that stay open
 * @param maxOverflow connections that may be opened on top of these in a rush
 * @param totalCapacity pool_size + max_overflow
 * @param checkedOut connections lent at this moment
 * @param checkedIn connections open and free
 * @param overflow open connections beyond pool_size, never below 0
 * @param totalConnections connections open now
 * @param waiting callers that wait for a connection
 * @param timeoutSeconds the longest a caller waits
 */
public record PoolSnapshot(
        int poolSize,
        int maxOverflow,
        int totalCapacity,
        int checkedOut,
        int checkedIn,
        int overflow,
        int totalConnections,
        int waiting,
        long timeoutSeconds) {

    /** checked_out as a share of total_capacity, 0 to 100, to one decimal. */
    public double utilizationPercent() {
        return Math.round(1000.0 * checkedOut / totalCapacity) / 10.0;
    }

    public int available() {
        return Math.max(0, totalCapacity - checkedOut);
    }

    public Level level() {
        return Level.ofPool(utilizationPercent());
    }
}
