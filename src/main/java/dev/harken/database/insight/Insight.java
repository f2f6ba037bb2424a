package dev.harken.database.insight;

import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * One kind of insight: what it reads from PostgreSQL's own statistics, and what it makes of that. Stateless.
 *
 * <p>Reads only, over the handle it is given. It must work for a user with {@code pg_monitor} alone, and for one with
 * less it must see what it may: what is hidden becomes a finding of severity {@link Severity#UNKNOWN}, never nothing.
 *
 * @param <T> what was read, for the console's page
 */
public interface Insight<T> {
    /** The name, as the console and the doctor show it when the reading fails: {@code cache hit rates}. */
    String name();

    /** Reads; a failure of PostgreSQL is thrown as JDBI throws it. */
    T read(Handle handle);

    /** What there is to say of it, the most urgent first; empty when all is well. */
    List<Finding> judge(T seen);
}
