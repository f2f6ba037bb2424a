package dev.harken.database;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.hibernate.FlushMode;
import org.hibernate.Session;
import org.hibernate.SessionFactory;

/**
 * The one way to the tables: a transaction, for a tenant.
 *
 * <p>The connection is borrowed at the first statement and returned at the commit, so nothing slow may happen inside
 * the work: no call to Reddit, a language model or a mail server. Never nest: a second transaction inside the first
 * would hold two connections of the pool at once. Safe for use by several threads.
 */
public final class Transactions {
    private final SessionFactory sessions;
    private final CommitListener listener;

    public Transactions(SessionFactory sessions, CommitListener listener) {
        this.sessions = sessions;
        this.listener = listener;
    }

    /** Runs work that changes nothing; what it loads is neither tracked nor flushed. */
    public <T> T read(Tenant tenant, Function<Session, T> work) {
        return run(tenant, true, work);
    }

    /** Runs work that is stored as a whole, or not at all when it throws. */
    public <T> T write(Tenant tenant, Function<Session, T> work) {
        AtomicBoolean worked = new AtomicBoolean();
        try {
            return run(tenant, false, session -> {
                T result = work.apply(session);
                worked.set(true);
                return result;
            });
        } finally {
            // Of a commit that failed it is not known whether it was one: the connection may have broken after it.
            if (worked.get()) {
                listener.committed(tenant);
            }
        }
    }

    /** As {@link #write(Tenant, Function)}, for work without an answer. */
    public void change(Tenant tenant, Consumer<Session> work) {
        write(tenant, session -> {
            work.accept(session);
            return Boolean.TRUE;
        });
    }

    /**
     * Stores what no list of the API shows, such as the record of a login: as {@link #change}, but the listener is not
     * told.
     */
    public void record(Tenant tenant, Consumer<Session> work) {
        recorded(tenant, session -> {
            work.accept(session);
            return Boolean.TRUE;
        });
    }

    /** As {@link #record}, for work with an answer. */
    public <T> T recorded(Tenant tenant, Function<Session, T> work) {
        return run(tenant, false, work);
    }

    private <T> T run(Tenant tenant, boolean readOnly, Function<Session, T> work) {
        Work.actFor(tenant);
        try (Session session = open(tenant, readOnly)) {
            var transaction = session.beginTransaction();
            try {
                T result = work.apply(session);
                transaction.commit();
                return result;
            } catch (Throwable failure) {
                rollBack(transaction, failure);
                throw failure;
            }
        } finally {
            Work.actForNobody();
        }
    }

    private Session open(Tenant tenant, boolean readOnly) {
        Session session = sessions.withOptions()
                .tenantIdentifier((Object) tenant.clientId())
                .openSession();
        if (readOnly) {
            session.setDefaultReadOnly(true);
            session.setHibernateFlushMode(FlushMode.MANUAL);
        }
        return session;
    }

    private static void rollBack(org.hibernate.Transaction transaction, Throwable failure) {
        try {
            if (transaction.getStatus().canRollback()) {
                transaction.rollback();
            }
        } catch (RuntimeException broken) {
            failure.addSuppressed(broken);
        }
    }
}
