package dev.harken.testing;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Triggers at which a process can be held in the midst of its transaction. A held session waits for an advisory lock; it
 * is told by its application name, which the connection's URL can set.
 */
public final class HeldStatements implements AutoCloseable {
    private static final int LOCK = 471_100_815;

    private final TestDatabase database;
    private Connection holder;

    private HeldStatements(TestDatabase database) {
        this.database = database;
    }

    public static HeldStatements in(TestDatabase database) throws SQLException {
        database.execute(
                "create table held (place text primary key)",
                """
                create function hold() returns trigger language plpgsql as $$
                begin
                  if exists (select from held where place = tg_argv[0]) then
                    perform pg_advisory_xact_lock_shared(%d);
                  end if;
                  return new;
                end
                $$
                """
                        .formatted(LOCK));
        return new HeldStatements(database);
    }

    /**
     * Adds a place, open as yet.
     *
     * @param event as {@code create trigger} has it, for instance {@code before insert on matched_posts for each row}
     */
    public void place(String name, String event) throws SQLException {
        database.execute("create %s trigger held_%s %s execute function hold('%s')"
                .formatted(event.contains("deferrable") ? "constraint" : "", name, event, name));
    }

    /** From now on, whoever comes to the place waits there. */
    public void close(String place) throws SQLException {
        holder = database.connect();
        holder.createStatement().execute("select pg_advisory_lock(%d)".formatted(LOCK));
        database.execute("insert into held values ('%s')".formatted(place));
    }

    /** The application name of the one that has waited longest. */
    public Optional<String> reachedBy() throws SQLException {
        String name = database.scalar(
                """
                select coalesce(min(application_name), '')
                from (
                  select activity.application_name
                  from pg_locks lock
                  join pg_stat_activity activity using (pid)
                  where lock.locktype = 'advisory'
                    and lock.objid = %d
                    and not lock.granted
                  order by activity.query_start
                  limit 1
                ) as waiting
                """
                        .formatted(LOCK));
        return Optional.of(name).filter(text -> !text.isEmpty());
    }

    /** Lets all go on, whether the server was restarted meanwhile or not. */
    public void open() throws SQLException {
        database.execute("delete from held");
        close();
    }

    @Override
    public void close() throws SQLException {
        if (holder != null) {
            holder.close();
        }
    }
}
