package dev.harken.database.insight;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import io.dropwizard.util.DataSize;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.concurrent.TimeUnit;

/**
 * {@code database.insight} in config.yml: how PostgreSQL is looked at, and from where on something is a finding. The
 * defaults are those that operators know from PgHero and pg-extras.
 */
@JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
public final class InsightFactory {
    @NotNull
    @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
    private Duration interval = Duration.seconds(60);

    @NotNull
    @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
    private Duration statementTimeout = Duration.seconds(5);

    @NotNull
    private DataSize hostMemory = DataSize.bytes(0);

    @DecimalMin("0")
    @DecimalMax("100")
    private double cacheHitPercent = 99;

    @Min(0)
    private long cacheLeastBlocks = 100_000;

    @NotNull
    private Duration longStatement = Duration.seconds(60);

    @NotNull
    private Duration idleInTransaction = Duration.seconds(60);

    @NotNull
    private Duration slowStatement = Duration.milliseconds(20);

    @Min(1)
    private long slowStatementCalls = 100;

    @DecimalMin("0")
    @DecimalMax("100")
    private double statementSharePercent = 33;

    @DecimalMin("0")
    @DecimalMax("100")
    private double sequencePercent = 90;

    @DecimalMin("0")
    @DecimalMax("100")
    private double transactionIdPercent = 50;

    @NotNull
    private Duration replicaLag = Duration.seconds(5);

    @DecimalMin("0")
    @DecimalMax("100")
    private double connectionsPercent = 80;

    @Min(0)
    private long unusedIndexScans = 20;

    @NotNull
    private DataSize unusedIndexSize = DataSize.mebibytes(1);

    @DecimalMin("1")
    private double bloatFactor = 10;

    @DecimalMin("0")
    @DecimalMax("100")
    private double deadRowsPercent = 20;

    @Min(0)
    private long deadRowsLeast = 10_000;

    @Min(0)
    private long bigTableRows = 10_000;

    @Min(1)
    private long sequentialScans = 50;

    /** How often PostgreSQL is looked at. */
    public Duration interval() {
        return interval;
    }

    /** PostgreSQL cancels a look's statement after this. */
    public Duration statementTimeout() {
        return statementTimeout;
    }

    /** The memory of the database's host as the operator states it; 0 bytes to find out, when the host is this one. */
    public DataSize hostMemory() {
        return hostMemory;
    }

    /** Below this share of blocks found in shared buffers, 0 to 100, the cache is too small. */
    public double cacheHitPercent() {
        return cacheHitPercent;
    }

    /** The hit rate is not judged before so many blocks were asked for. */
    public long cacheLeastBlocks() {
        return cacheLeastBlocks;
    }

    /** A statement that runs for longer than this is a finding. */
    public Duration longStatement() {
        return longStatement;
    }

    /** A transaction in which nothing happened for longer than this is a finding. */
    public Duration idleInTransaction() {
        return idleInTransaction;
    }

    /** A statement whose mean time is this or more, over {@link #slowStatementCalls()} calls, is slow. */
    public Duration slowStatement() {
        return slowStatement;
    }

    /** How often a statement must have been called before its mean time is judged. */
    public long slowStatementCalls() {
        return slowStatementCalls;
    }

    /** A statement that takes this share of all statements' time, 0 to 100, or more is a finding. */
    public double statementSharePercent() {
        return statementSharePercent;
    }

    /** A sequence that has given out this share of its column's values, 0 to 100, or more is a finding. */
    public double sequencePercent() {
        return sequencePercent;
    }

    /** From this share of the transaction ids that are safe to use, 0 to 100, their age is a finding. */
    public double transactionIdPercent() {
        return transactionIdPercent;
    }

    /** A replica that is further behind than this is a finding. */
    public Duration replicaLag() {
        return replicaLag;
    }

    /** From this share of max_connections, 0 to 100, the open connections are a finding. */
    public double connectionsPercent() {
        return connectionsPercent;
    }

    /** An index that was scanned so often or less, and is {@link #unusedIndexSize()} or larger, is unused. */
    public long unusedIndexScans() {
        return unusedIndexScans;
    }

    /** The size from which an unused index is worth a finding. */
    public DataSize unusedIndexSize() {
        return unusedIndexSize;
    }

    /** A table that takes this many times the room that its rows need, or more, is bloated. */
    public double bloatFactor() {
        return bloatFactor;
    }

    /** From this share of dead rows, 0 to 100, vacuum does not keep up with a table. */
    public double deadRowsPercent() {
        return deadRowsPercent;
    }

    /** Dead rows below this number are no finding, whatever their share. */
    public long deadRowsLeast() {
        return deadRowsLeast;
    }

    /** A table with so many rows or more is big: reading it whole is a finding. */
    public long bigTableRows() {
        return bigTableRows;
    }

    /** How often a big table must have been read whole, more often than by index, to be a finding. */
    public long sequentialScans() {
        return sequentialScans;
    }
}
