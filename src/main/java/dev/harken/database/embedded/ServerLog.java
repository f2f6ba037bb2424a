package dev.harken.database.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's own log, a directory of files. PostgreSQL begins a new one when one is full but never deletes any (it
 * truncates only by time), so the oldest are deleted here.
 */
final class ServerLog {
    /** Sorts by time; the file that the server writes to is the last. */
    static final String FILE_NAME = "postgresql-%Y%m%d-%H%M%S.log";

    static final int FILE_MEGABYTES = 10;
    private static final int FILES_KEPT = 5;
    private static final int TAIL_BYTES = 16 * 1024;
    private static final Logger LOG = LoggerFactory.getLogger(ServerLog.class);

    private final Path directory;

    ServerLog(Path directory) {
        this.directory = directory;
    }

    Path directory() {
        return directory;
    }

    /** What the server says before its collector runs, and all that it says when it cannot start at all. */
    Path startFile() {
        return directory.resolve("start.log");
    }

    void prepare() throws IOException {
        OwnerOnly.createDirectories(directory);
        Files.deleteIfExists(startFile());
        OwnerOnly.createFile(startFile());
        prune();
    }

    /** Deletes all but the newest files. */
    void prune() {
        try {
            List<Path> files = files();
            for (Path file : files.subList(0, Math.max(0, files.size() - FILES_KEPT))) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            LOG.warn("event=embedded_log_not_pruned directory={}", directory, e);
        }
    }

    /** The last lines of the newest file and of the start file, for an error message. */
    String tail(int lines) {
        StringBuilder tail = new StringBuilder();
        try {
            List<Path> files = files();
            if (!files.isEmpty()) {
                tail.append(lastLines(files.get(files.size() - 1), lines));
            }
            if (Files.exists(startFile())) {
                tail.append(lastLines(startFile(), lines));
            }
        } catch (IOException e) {
            tail.append("(unreadable: ").append(e).append(')');
        }
        return tail.toString();
    }

    private static String lastLines(Path file, int lines) throws IOException {
        try (var channel = Files.newByteChannel(file)) {
            channel.position(Math.max(0, channel.size() - TAIL_BYTES));
            var buffer = java.nio.ByteBuffer.allocate(TAIL_BYTES);
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
            List<String> all = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size())) + "\n";
        }
    }

    private List<Path> files() throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(file -> file.getFileName().toString().matches("postgresql-[0-9]{8}-[0-9]{6}[.]log"))
                    .sorted(Comparator.comparing(file -> file.getFileName().toString()))
                    .toList();
        }
    }
}
