package dev.harken.audit;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hibernate.Session;

/** The table {@code audit_records}: written with the change it tells of, in the same transaction. */
public final class AuditDao {
    private static final String INSERT =
            """
            insert into audit_records (
                client_id, user_id, actor, action, subject, subject_id, address, created_at, details)
            values (?, ?, ?, ?, ?, ?, ?, ?, jsonb_object(?, ?))
            """;

    /** The transaction is a record's place in the log of events; the rest of a record stays as it was written. */
    private static final String TELL_AGAIN =
            """
            with told as (
              update audit_records
              set transaction = pg_current_xact_id()
              where id = (
                select max(record.id)
                from audit_records record
                where record.client_id = ?
                  and record.created_at >= ?
                  and record.user_id = ?
                  and record.action = ?
                  and record.subject = ?
                  and record.subject_id = ?)
              returning id
            )
            select pg_notify('harken_events', '') from told
            """;

    private final Clock clock;

    public AuditDao(Clock clock) {
        this.clock = clock;
    }

    public void record(Session session, AuditRecord record) {
        record(session, List.of(record));
    }

    /** Stores several records in one batch. */
    public void record(Session session, List<AuditRecord> records) {
        if (records.isEmpty()) {
            return;
        }
        session.doWork(connection -> record(connection, records));
    }

    /**
     * Has listeners told of what goes on, without a record for each step of it: the latest such record of the same user
     * is moved to the end of the log of events. Where there is none, this one is stored.
     *
     * @param record of a user, a client and a thing
     * @param since only a record from then on is taken
     */
    public void goOn(Session session, AuditRecord record, Instant since) {
        session.doWork(connection -> {
            if (!tellAgain(connection, record, since)) {
                record(connection, List.of(record));
            }
        });
    }

    private static boolean tellAgain(Connection connection, AuditRecord record, Instant since) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(TELL_AGAIN)) {
            statement.setObject(1, record.clientId());
            statement.setObject(2, since.atOffset(ZoneOffset.UTC));
            statement.setObject(3, record.userId());
            statement.setString(4, record.action());
            statement.setString(5, record.subject());
            statement.setObject(6, record.subjectId());
            try (ResultSet told = statement.executeQuery()) {
                return told.next();
            }
        }
    }

    /** Stores several records over a connection, in its transaction. */
    public void record(Connection connection, List<AuditRecord> records) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            for (AuditRecord record : records) {
                bind(insert, record);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private void bind(PreparedStatement insert, AuditRecord record) throws SQLException {
        insert.setObject(1, record.clientId());
        insert.setObject(2, record.userId());
        insert.setString(3, record.actor());
        insert.setString(4, record.action());
        insert.setString(5, record.subject());
        insert.setObject(6, record.subjectId());
        insert.setString(7, record.address());
        insert.setObject(8, clock.instant().atOffset(ZoneOffset.UTC));
        if (record.details().isEmpty()) {
            // jsonb_object of nothing is null.
            insert.setNull(9, Types.ARRAY, "_text");
            insert.setNull(10, Types.ARRAY, "_text");
            return;
        }
        List<Map.Entry<String, String>> details = List.copyOf(record.details().entrySet());
        insert.setArray(9, texts(insert, details.stream().map(Map.Entry::getKey)));
        insert.setArray(10, texts(insert, details.stream().map(Map.Entry::getValue)));
    }

    private static Array texts(PreparedStatement insert, Stream<String> texts) throws SQLException {
        return insert.getConnection().createArrayOf("text", texts.toArray());
    }
}
