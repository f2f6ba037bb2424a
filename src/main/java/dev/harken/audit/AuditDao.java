package dev.harken.audit;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
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
