package dev.harken.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What Linux's {@code /proc} tells of processes. */
final class ProcessTimes {
    private static final Path PROC = Path.of("/proc");
    /** The kernel shows times in hundredths of a second, on every platform that Harken runs on. */
    private static final long MILLIS_PER_TICK = 10;

    // Fields of /proc/…/stat after the name, which is in parentheses and may hold blanks.
    private static final int PARENT = 1;
    private static final int USER = 11;
    private static final int CHILDREN_SYSTEM = 14;

    private ProcessTimes() {}

    /** The processor time that a process itself has used, in ms. */
    static long ownMillis(long pid) {
        try {
            return ownMillis(stat(PROC.resolve(Long.toString(pid))));
        } catch (IOException e) {
            throw new BenchException("process " + pid + " cannot be looked at: " + e, e);
        }
    }

    /** The processor time that a process and its children have used, those that ended included, in ms. */
    static long familyMillis(long pid) {
        try (Stream<Path> entries = Files.list(PROC)) {
            List<Path> processes = entries.filter(entry ->
                            Character.isDigit(entry.getFileName().toString().charAt(0)))
                    .toList();
            long millis = 0;
            for (Path process : processes) {
                millis += millisInFamily(process, pid);
            }
            return millis;
        } catch (IOException e) {
            throw new BenchException("the children of process " + pid + " cannot be looked at: " + e, e);
        }
    }

    private static long millisInFamily(Path process, long parent) throws IOException {
        try {
            String[] fields = stat(process);
            if (process.getFileName().toString().equals(Long.toString(parent))) {
                return sumMillis(fields, CHILDREN_SYSTEM);
            }
            return Long.parseLong(fields[PARENT]) == parent ? ownMillis(fields) : 0;
        } catch (IOException e) {
            if (process.getFileName().toString().equals(Long.toString(parent))) {
                throw e;
            }
            // Ended before its file was opened, or was read: the parent has inherited its time.
            return 0;
        }
    }

    private static long ownMillis(String[] fields) {
        return sumMillis(fields, USER + 1);
    }

    private static long sumMillis(String[] fields, int last) {
        long ticks = 0;
        for (int field = USER; field <= last; field++) {
            ticks += Long.parseLong(fields[field]);
        }
        return ticks * MILLIS_PER_TICK;
    }

    private static String[] stat(Path process) throws IOException {
        String line = Files.readString(process.resolve("stat"));
        return line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
    }

    /** The memory that a process has resident now, in bytes. */
    static long residentBytes(long pid) {
        return statusKilobytes(pid, "VmRSS:") << 10;
    }

    /** The most memory that a process ever had resident, in bytes. */
    static long peakResidentBytes(long pid) {
        return statusKilobytes(pid, "VmHWM:") << 10;
    }

    private static long statusKilobytes(long pid, String name) {
        try (Stream<String> lines = Files.lines(PROC.resolve(Long.toString(pid)).resolve("status"))) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.replaceAll("[^0-9]", ""))
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new BenchException("process " + pid + " cannot be looked at: " + e, e);
        }
    }
}
