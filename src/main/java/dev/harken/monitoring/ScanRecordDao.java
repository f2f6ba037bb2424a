package dev.harken.monitoring;

import org.hibernate.Session;

/** The table {@code scan_records}: one row a config, its latest scan. */
final class ScanRecordDao {
    private static final int LONGEST_DETAIL = 1000;

    void store(Session session, ScanRecord record) {
        String detail = record.detail();
        session.createNativeMutationQuery(
                        """
                        insert into scan_records (
                          config_id, client_id, started_at, finished_at, fetched, matched, stored, drafted, skipped,
                          skipped_why, outcome, detail)
                        select
                          config.id, config.client_id, :started, :finished, :fetched, :matched, :stored, :drafted,
                          :skipped, :why, :outcome, :detail
                        from client_configs config
                        where config.id = :config
                        on conflict (config_id) do update set
                          started_at = excluded.started_at,
                          finished_at = excluded.finished_at,
                          fetched = excluded.fetched,
                          matched = excluded.matched,
                          stored = excluded.stored,
                          drafted = excluded.drafted,
                          skipped = excluded.skipped,
                          skipped_why = excluded.skipped_why,
                          outcome = excluded.outcome,
                          detail = excluded.detail
                        """)
                .setParameter("config", record.configId())
                .setParameter("started", record.startedAt())
                .setParameter("finished", record.finishedAt())
                .setParameter("fetched", record.fetched())
                .setParameter("matched", record.matched())
                .setParameter("stored", record.stored())
                .setParameter("drafted", record.drafted())
                .setParameter("skipped", record.skipped())
                .setParameter("why", record.skippedWhy())
                .setParameter("outcome", record.outcome())
                .setParameter("detail", detail.length() > LONGEST_DETAIL ? detail.substring(0, LONGEST_DETAIL) : detail)
                .executeUpdate();
    }
}
