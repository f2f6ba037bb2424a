package dev.harken.database.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The PostgreSQL processes that live in a data directory: the postmaster and its backends, which may outlive it for a
 * while. Each has the directory as its working directory, which no stale file and no reused process id can feign. Linux
 * only, as the binaries are.
 */
final class ServerProcesses {
    private static final Path PROC = Path.of("/proc");

    private ServerProcesses() {}

    /** @param dataDirectory a real path */
    static List<ProcessHandle> in(Path dataDirectory) throws IOException {
        try (Stream<Path> entries = Files.list(PROC)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> Character.isDigit(name.charAt(0)))
                    .map(Long::parseLong)
                    .filter(pid -> livesIn(pid, dataDirectory))
                    .flatMap(pid -> ProcessHandle.of(pid).stream())
                    .toList();
        }
    }

    /** False for a process that has ended but that nobody has collected, too. */
    static boolean livesIn(long pid, Path dataDirectory) {
        try {
            Path process = PROC.resolve(Long.toString(pid));
            return Files.readSymbolicLink(process.resolve("cwd")).equals(dataDirectory)
                    && executable(pid).getFileName().toString().startsWith("postgres");
        } catch (IOException | SecurityException e) {
            // Ended meanwhile, or somebody else's: then it cannot be a server over our files.
            return false;
        }
    }

    static Path executable(long pid) throws IOException {
        return Files.readSymbolicLink(PROC.resolve(Long.toString(pid)).resolve("exe"));
    }
}
