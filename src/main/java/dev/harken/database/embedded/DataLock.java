package dev.harken.database.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The right to use one HARKEN_DATA, held by one process at a time through a lock on {@code harken.lock}. The system
 * frees it when the process ends, however it ends; the process id in the file is only for messages.
 */
final class DataLock implements AutoCloseable {
    static final String FILE_NAME = "harken.lock";

    /**
     * What this process holds. Looked at before the file is opened: closing any handle of a file drops all locks that
     * the process has on it, so a second start in here must not even open it.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;
    private final FileLock lock;

    private DataLock(Path file, FileChannel channel, FileLock lock) {
        this.file = file;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Takes the lock, without waiting.
     *
     * @param directory HARKEN_DATA, as a real path
     * @throws EmbeddedServerException if another process, or another server in this one, has it
     */
    static DataLock acquire(Path directory) throws IOException {
        Path file = directory.resolve(FILE_NAME);
        if (!HELD.add(file)) {
            throw taken(directory, Long.toString(ProcessHandle.current().pid()));
        }
        FileChannel channel = null;
        try {
            channel =
                    FileChannel.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), OwnerOnly.FILE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw taken(directory, Files.readString(file).strip());
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
            return new DataLock(file, channel, lock);
        } catch (IOException | RuntimeException e) {
            if (channel != null) {
                channel.close();
            }
            HELD.remove(file);
            throw e;
        }
    }

    private static EmbeddedServerException taken(Path directory, String pid) {
        return new EmbeddedServerException("the data directory " + directory + " is in use by another Harken, process "
                + (pid.isEmpty() ? "unknown" : pid)
                + "; stop that one, or give this one a HARKEN_DATA of its own");
    }

    @Override
    public void close() throws IOException {
        if (!channel.isOpen()) {
            return;
        }
        try (channel) {
            lock.release();
        } finally {
            HELD.remove(file);
        }
    }
}
