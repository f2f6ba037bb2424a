package dev.harken.database.embedded;

import io.dropwizard.lifecycle.Managed;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running embedded PostgreSQL. While this process lives it is watched: when it dies it is started again on the same
 * port, so that a pool finds it where it was.
 *
 * <p>Manage it before the pool: Dropwizard stops in reverse order, and the pool must close first. A start-up that fails
 * before the lifecycle begins, and a command that has none, stop the server when the JVM ends (or at {@link #close}).
 * Safe for use by several threads.
 */
public final class EmbeddedServer implements Managed, AutoCloseable {
    private static final Duration WATCH = Duration.ofSeconds(1);
    private static final Duration PRUNE = Duration.ofMinutes(1);
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServer.class);

    private final DataLock lock;
    private final DataDirectory data;
    private final Postmaster postmaster;
    private final boolean adopted;
    private final int port;
    private final ScheduledExecutorService watcher;
    private final List<ScheduledFuture<?>> tasks;
    private final Thread stopAtExit = new Thread(this::stopQuietly, "embedded-postgresql-exit");

    // Guarded by this.
    private long pid;
    private boolean stopped;

    private EmbeddedServer(
            DataLock lock, DataDirectory data, Postmaster postmaster, Postmaster.Running running, ServerLog log) {
        this.lock = lock;
        this.data = data;
        this.postmaster = postmaster;
        this.pid = running.pid();
        this.port = running.port();
        this.adopted = running.adopted();
        this.watcher = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "embedded-postgresql-watch");
            thread.setDaemon(true);
            return thread;
        });
        this.tasks = List.of(every(WATCH, this::watch), every(PRUNE, log::prune));
    }

    private ScheduledFuture<?> every(Duration period, Runnable task) {
        return watcher.scheduleWithFixedDelay(task, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    static EmbeddedServer start(Path harkenData, int port, ServerSettings settings, Duration startTimeout) {
        DataLock lock = null;
        try {
            Path directory = OwnerOnly.createDirectories(
                            harkenData.toAbsolutePath().normalize())
                    .toRealPath();
            lock = DataLock.acquire(directory);
            DataDirectory.requireSpace(directory);
            PostgresBinaries binaries = PostgresBinaries.in(directory);
            DataDirectory data = DataDirectory.open(directory, binaries);
            ServerLog log = new ServerLog(directory.resolve("postgresql-log"));
            Postmaster postmaster = new Postmaster(data, binaries, settings, log, startTimeout);
            Postmaster.Running running = postmaster.bringUp(port);
            EmbeddedServer server = new EmbeddedServer(lock, data, postmaster, running, log);
            Runtime.getRuntime().addShutdownHook(server.stopAtExit);
            LOG.info(
                    "event=embedded_server_ready postgresql={} pid={} port={} adopted={} directory={}",
                    binaries.version(),
                    running.pid(),
                    running.port(),
                    running.adopted(),
                    data.path());
            return server;
        } catch (IOException e) {
            release(lock);
            throw unusable(harkenData, e);
        } catch (RuntimeException e) {
            release(lock);
            throw e;
        }
    }

    private static EmbeddedServerException unusable(Path harkenData, IOException e) {
        if (e instanceof AccessDeniedException || String.valueOf(e.getMessage()).contains("Read-only file system")) {
            return new EmbeddedServerException(
                    "the data directory " + harkenData + " cannot be written (" + e.getMessage()
                            + "); give it to the user that runs Harken (chown -R), or change HARKEN_DATA",
                    e);
        }
        if (String.valueOf(e.getMessage()).contains("No space left on device")) {
            return new EmbeddedServerException(
                    "the disk of the data directory " + harkenData + " is full; make room and start again", e);
        }
        if (e instanceof FileAlreadyExistsException || e instanceof java.nio.file.NotDirectoryException) {
            return new EmbeddedServerException(
                    "the data directory " + harkenData + " cannot be made, a file is in its place: " + e.getMessage()
                            + "; move that away, or change HARKEN_DATA",
                    e);
        }
        String what = e instanceof FileSystemException ? "cannot be used: " : "does not let PostgreSQL run: ";
        return new EmbeddedServerException(
                "the data directory " + harkenData + " " + what + e + "; mend that, or change HARKEN_DATA", e);
    }

    private static void release(DataLock lock) {
        if (lock == null) {
            return;
        }
        try {
            lock.close();
        } catch (IOException e) {
            LOG.warn("event=embedded_lock_not_released", e);
        }
    }

    private void watch() {
        synchronized (this) {
            if (stopped || ServerProcesses.livesIn(pid, data.path())) {
                return;
            }
            LOG.error("event=embedded_server_died pid={} directory={}", pid, data.path());
            try {
                pid = postmaster.bringUp(port).pid();
                LOG.warn("event=embedded_server_restarted pid={} port={}", pid, port);
            } catch (IOException | RuntimeException e) {
                // Looked at again in a second, until it works or Harken is stopped.
                LOG.error("event=embedded_server_not_restarted directory={}", data.path(), e);
            }
        }
    }

    /** From here on the lifecycle stops the server, in its order. */
    @Override
    public void start() {
        disarm();
    }

    private void disarm() {
        try {
            Runtime.getRuntime().removeShutdownHook(stopAtExit);
        } catch (IllegalStateException e) {
            // The JVM is going down already, and the hook with it: stop() runs once only.
            LOG.debug("event=embedded_exit_hook_runs", e);
        }
    }

    /** Ends all sessions and stops the server; what was committed is on the disk. Further calls do nothing. */
    @Override
    public void stop() throws IOException {
        if (Thread.currentThread() != stopAtExit) {
            disarm();
        }
        tasks.forEach(task -> task.cancel(false));
        watcher.shutdown();
        synchronized (this) {
            if (stopped) {
                return;
            }
            stopped = true;
            try {
                postmaster.takeDown();
                LOG.info("event=embedded_server_stopped directory={}", data.path());
            } finally {
                lock.close();
            }
        }
    }

    private void stopQuietly() {
        try {
            stop();
        } catch (IOException e) {
            LOG.error("event=embedded_server_not_stopped directory={}", data.path(), e);
        }
    }

    @Override
    public void close() throws IOException {
        stop();
    }

    /** The address of Harken's database, without credentials. */
    public String jdbcUrl() {
        return Postmaster.jdbcUrl(port);
    }

    /** Owns the database {@code harken}, may read PostgreSQL's statistics, and is no superuser. */
    public String user() {
        return Credentials.USER;
    }

    public String password() {
        return data.credentials().password();
    }

    /** The real path of the database's files. */
    public Path dataDirectory() {
        return data.path();
    }

    /** On 127.0.0.1; the same for the life of this object. */
    public int port() {
        return port;
    }

    /** Whether this server was found running, left behind by a Harken that was killed. */
    public boolean adopted() {
        return adopted;
    }

    /** The process id of the postmaster. */
    public synchronized long pid() {
        return pid;
    }
}
