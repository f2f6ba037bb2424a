package dev.harken.database;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import oshi.SystemInfo;
import oshi.hardware.GlobalMemory;
import oshi.software.os.OSProcess;

/** The machine that Harken runs on, and its own share of it. Thread-safe. */
public final class Host {
    private static final double ALL = 100;

    private final SystemInfo system = new SystemInfo();

    /** The machine's memory in bytes. */
    public long memoryBytes() {
        return system.getHardware().getMemory().getTotal();
    }

    /** The share of the memory that programs could not get any more, 0 to 100: caches count as free. */
    public double memoryPercent() {
        GlobalMemory memory = system.getHardware().getMemory();
        return ALL * (memory.getTotal() - memory.getAvailable()) / memory.getTotal();
    }

    public int cores() {
        return system.getHardware().getProcessor().getLogicalProcessorCount();
    }

    /**
     * The share of the heap's limit that was still in use after the last collection, 0 to 100: what was used since may
     * be garbage.
     */
    public double heapPercent() {
        long used = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getCollectionUsage)
                .filter(Objects::nonNull)
                .mapToLong(MemoryUsage::getUsed)
                .sum();
        return ALL * used / Runtime.getRuntime().maxMemory();
    }

    /** The used share of the disk that holds a directory, 0 to 100; empty when the system does not tell. */
    public OptionalDouble diskPercent(Path directory) {
        try {
            FileStore disk = Files.getFileStore(directory);
            return OptionalDouble.of(ALL * (disk.getTotalSpace() - disk.getUsableSpace()) / disk.getTotalSpace());
        } catch (IOException e) {
            return OptionalDouble.empty();
        }
    }

    /** A process of this machine; empty when there is none with that number. */
    public Optional<Running> process(int pid) {
        return Optional.ofNullable(system.getOperatingSystem().getProcess(pid)).map(Running::of);
    }

    /** Those of the given processes that live. */
    public List<Running> processes(Collection<Integer> pids) {
        return pids.stream().map(this::process).flatMap(Optional::stream).toList();
    }

    /**
     * A process.
     *
     * @param startedAtMillis since 1970
     * @param cpuMillis the processor time that it has used
     */
    public record Running(int pid, int parent, String name, long startedAtMillis, long cpuMillis) {
        private static Running of(OSProcess process) {
            return new Running(
                    process.getProcessID(),
                    process.getParentProcessID(),
                    process.getName(),
                    process.getStartTime(),
                    process.getKernelTime() + process.getUserTime());
        }
    }
}
