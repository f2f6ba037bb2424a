package dev.harken.database.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What {@code postmaster.pid} says about a server: true only while that process lives, and lives in that directory.
 *
 * @param ready whether the server has said that it takes connections
 */
record PostmasterFile(long pid, int port, boolean ready) {
    static final String NAME = "postmaster.pid";

    // Lines of the file, from PostgreSQL's utils/pidfile.h.
    private static final int PID = 0;
    private static final int PORT = 3;
    private static final int STATUS = 7;

    /** Empty when there is none, or when it is not whole (a server writes it line by line while it starts). */
    static Optional<PostmasterFile> read(Path dataDirectory) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(dataDirectory.resolve(NAME));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        if (lines.size() <= PORT) {
            return Optional.empty();
        }
        try {
            boolean ready = lines.size() > STATUS && lines.get(STATUS).strip().equals("ready");
            return Optional.of(new PostmasterFile(
                    Long.parseLong(lines.get(PID).strip()),
                    Integer.parseInt(lines.get(PORT).strip()),
                    ready));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
