package dev.harken.database.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Who else is at work in the database, in words for an operator. Never shows a statement: it may hold user text. */
final class Sessions {
    private static final String DESCRIPTION =
            """
            'pid ' || a.pid
                || ' (' || coalesce(nullif(a.application_name, ''), a.backend_type, 'of another user')
                || coalesce(', user ' || a.usename, '')
                || ', from ' || coalesce(host(a.client_addr), 'this machine')
            """;

    private Sessions() {}

    /** The session that holds an advisory lock. */
    static List<String> holdingAdvisoryLock(Connection connection, int high, int low) throws SQLException {
        return new Catalog(connection)
                .texts(
                        "select " + DESCRIPTION
                                + """
                                    || coalesce(', since ' || to_char(a.backend_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS"Z"'), '') || ')'
                                from pg_locks l
                                join pg_stat_activity a on a.pid = l.pid
                                where l.locktype = 'advisory'
                                and l.database = (select oid from pg_database where datname = current_database())
                                and l.classid = ?::bigint::oid
                                and l.objid = ?::bigint::oid
                                and l.objsubid = 2
                                and l.granted
                                """,
                        Integer.toUnsignedLong(high),
                        Integer.toUnsignedLong(low));
    }

    /**
     * The sessions whose transaction has been open for as long as this session waits for a lock, or a {@link
     * ShortTransaction} if that is less, the oldest first, at most five: whoever made a statement run into a lock timeout is
     * among them, unless more than four are older.
     */
    static List<String> outlastingALockWait(Connection connection) throws SQLException {
        return new Catalog(connection)
                .texts(
                        "select " + DESCRIPTION
                                + """
                                    || ', in a transaction for ' || round(extract(epoch from clock_timestamp() - a.xact_start))
                                    || ' s, ' || coalesce(a.state, 'at work') || ')'
                                from pg_stat_activity a
                                where a.datname = current_database()
                                and a.pid <> pg_backend_pid()
                                and a.xact_start < clock_timestamp()
                                    - least(
                                        (select nullif(setting::bigint, 0) from pg_settings where name = 'lock_timeout'),
                                        (select setting::bigint / 2 from pg_settings where name = 'deadlock_timeout'),
                                        ?::bigint)
                                        * interval '1 millisecond'
                                order by a.xact_start
                                limit 5
                                """,
                        ShortTransaction.LONGEST_LOCK_WAIT_MILLIS);
    }
}
