package dev.harken.live;

import dev.harken.database.Tenant;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The audit records of posts and responses, read as a log of events.
 *
 * <p>Ids are given before the commit, so that a lower one may appear after a higher. Events are therefore ordered by the
 * transaction that wrote them, and read only up to the oldest one that is still open: what is below it is complete.
 */
final class EventDao {
    private static final String SELECT =
            """
            select
              e.transaction::text::bigint as transaction,
              e.id,
              e.client_id,
              e.action,
              e.subject,
              e.subject_id,
              case e.subject
                when 'post' then e.subject_id
                else (select r.post_id from ai_responses r where r.id = e.subject_id)
              end as post_id,
              e.created_at
            from audit_records e
            where e.transaction is not null
              and e.subject in ('post', 'response')
              and e.client_id is not null
              and e.subject_id is not null
              and (e.transaction, e.id) > (cast(? as xid8), ?)
              and e.transaction < pg_snapshot_xmin(pg_current_snapshot())
            """;
    private static final String PAGE = "order by e.transaction, e.id limit ?";
    static final String OF_ALL = SELECT + PAGE;
    static final String OF_CLIENT = SELECT + "  and e.client_id = ?\n" + PAGE;

    private static final String END = "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint";

    private static final String IS_AHEAD =
            "select (cast(? as xid8), cast(? as bigint)) > (pg_snapshot_xmax(pg_current_snapshot()), 0)";

    private static final String IS_HELD =
            """
            select exists (
              select from audit_records e
              where e.transaction is not null
                and e.subject in ('post', 'response')
                and e.transaction >= pg_snapshot_xmin(pg_current_snapshot()))
            """;

    private static final String FORGET_FOREIGN =
            """
            update audit_records
            set transaction = null
            where id in (
              select e.id
              from audit_records e
              where e.transaction is not null
                and e.subject in ('post', 'response')
                and e.transaction >= pg_snapshot_xmax(pg_current_snapshot())
              limit 10000)
              and transaction >= pg_snapshot_xmax(pg_current_snapshot())
            """;

    /**
     * Takes out of the log what was copied from another server, whose transactions were further on: it is not new, and
     * would be told as new when this server gets there. Nothing of this server is visible and looks so.
     *
     * @return how many events
     */
    int forgetForeign(Connection connection) throws SQLException {
        int all = 0;
        try (PreparedStatement statement = connection.prepareStatement(FORGET_FOREIGN)) {
            for (int some = statement.executeUpdate(); some > 0; some = statement.executeUpdate()) {
                all += some;
            }
        }
        return all;
    }

    /** The place before every event of the transactions that are open now, and of those to come. */
    EventPosition end(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(END)) {
            row.next();
            return new EventPosition(row.getLong(1), 0);
        }
    }

    /** Whether this database never gave out such a place: it is that of another, or one that was restored since. */
    boolean isAhead(Connection connection, EventPosition position) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(IS_AHEAD)) {
            statement.setString(1, Long.toString(position.transaction()));
            statement.setLong(2, position.id());
            return isTrue(statement);
        }
    }

    /** Whether events are committed that cannot be read yet, since an older transaction is still open. */
    boolean isHeld(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(IS_HELD)) {
            return isTrue(statement);
        }
    }

    private static boolean isTrue(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            return row.next() && row.getBoolean(1);
        }
    }

    /** The first events after a place, in their order. */
    List<Event> after(Connection connection, Tenant tenant, EventPosition position, int limit) throws SQLException {
        boolean all = tenant.equals(Tenant.EVERY);
        try (PreparedStatement statement = connection.prepareStatement(all ? OF_ALL : OF_CLIENT)) {
            statement.setString(1, Long.toString(position.transaction()));
            statement.setLong(2, position.id());
            if (!all) {
                statement.setLong(3, tenant.clientId());
            }
            statement.setInt(all ? 3 : 4, limit);
            List<Event> events = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    events.add(event(row));
                }
            }
            return events;
        }
    }

    private static Event event(ResultSet row) throws SQLException {
        long post = row.getLong("post_id");
        OptionalLong postId = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(post);
        return new Event(
                new EventPosition(row.getLong("transaction"), row.getLong("id")),
                row.getLong("client_id"),
                row.getString("action"),
                row.getString("subject"),
                row.getLong("subject_id"),
                postId,
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
}
