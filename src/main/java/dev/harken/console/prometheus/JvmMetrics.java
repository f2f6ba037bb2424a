package dev.harken.console.prometheus;

import com.sun.management.UnixOperatingSystemMXBean;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.SummaryWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.Unit;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * The JVM and its process, under the names that Prometheus' own Java client gives them, so that any dashboard for a JVM
 * shows them. Dropwizard's {@code jvm.*} has the same numbers with units and kinds lost.
 */
final class JvmMetrics {
    private final PrometheusRegistry registry;

    private JvmMetrics(PrometheusRegistry registry) {
        this.registry = registry;
    }

    static void register(PrometheusRegistry registry) {
        JvmMetrics jvm = new JvmMetrics(registry);
        jvm.memory();
        jvm.collections();
        jvm.threads();
        jvm.process();
    }

    private void memory() {
        area("jvm_memory_used_bytes", "Memory in use.", MemoryUsage::getUsed);
        area("jvm_memory_committed_bytes", "Memory taken from the system.", MemoryUsage::getCommitted);
        area("jvm_memory_max_bytes", "Memory that may be used at most; -1 without a limit.", MemoryUsage::getMax);
        bytes("jvm_memory_pool_used_bytes", "Memory in use, by the JVM's memory pools.", "pool", sample -> {
            for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
                sample.call((double) pool.getUsage().getUsed(), pool.getName());
            }
        });
        bytes("jvm_buffer_pool_used_bytes", "Memory in buffers outside the heap.", "pool", sample -> {
            for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
                sample.call((double) pool.getMemoryUsed(), pool.getName());
            }
        });
    }

    private void area(String name, String help, ToLongFunction<MemoryUsage> number) {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        bytes(name, help, "area", sample -> {
            sample.call((double) number.applyAsLong(memory.getHeapMemoryUsage()), "heap");
            sample.call((double) number.applyAsLong(memory.getNonHeapMemoryUsage()), "nonheap");
        });
    }

    private void bytes(String name, String help, String label, Consumer<GaugeWithCallback.Callback> callback) {
        GaugeWithCallback.builder()
                .name(name)
                .unit(Unit.BYTES)
                .help(help)
                .labelNames(label)
                .callback(callback)
                .register(registry);
    }

    private void collections() {
        SummaryWithCallback.builder()
                .name("jvm_gc_collection_seconds")
                .unit(Unit.SECONDS)
                .help("Time spent in garbage collections, and their number, by collector.")
                .labelNames("gc")
                .callback(sample -> {
                    for (GarbageCollectorMXBean gc : ManagementFactory.getGarbageCollectorMXBeans()) {
                        sample.call(
                                gc.getCollectionCount(),
                                Unit.millisToSeconds(gc.getCollectionTime()),
                                Quantiles.EMPTY,
                                gc.getName());
                    }
                })
                .register(registry);
    }

    private void threads() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        count("jvm_threads_current", "Live threads.", threads::getThreadCount);
        count("jvm_threads_daemon", "Live threads that do not keep the process up.", threads::getDaemonThreadCount);
        count("jvm_threads_peak", "The most threads that were live at once.", threads::getPeakThreadCount);
        count(
                "jvm_classes_currently_loaded",
                "Classes that are loaded.",
                ManagementFactory.getClassLoadingMXBean()::getLoadedClassCount);
        GaugeWithCallback.builder()
                .name("jvm_threads_state")
                .help("Live threads, by what they do.")
                .labelNames("state")
                .callback(sample -> {
                    Map<Thread.State, Long> states = Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                            .filter(Objects::nonNull)
                            .map(ThreadInfo::getThreadState)
                            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
                    for (Thread.State state : Thread.State.values()) {
                        sample.call(states.getOrDefault(state, 0L), state.name());
                    }
                })
                .register(registry);
    }

    private void process() {
        double started =
                Unit.millisToSeconds(ManagementFactory.getRuntimeMXBean().getStartTime());
        GaugeWithCallback.builder()
                .name("process_start_time_seconds")
                .unit(Unit.SECONDS)
                .help("When the process was started, in seconds since 1970.")
                .callback(sample -> sample.call(started))
                .register(registry);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            CounterWithCallback.builder()
                    .name("process_cpu_seconds")
                    .unit(Unit.SECONDS)
                    .help("Processor time the process has used.")
                    .callback(sample -> sample.call((double) system.getProcessCpuTime() / TimeUnit.SECONDS.toNanos(1)))
                    .register(registry);
            count("process_open_fds", "Open files and sockets.", system::getOpenFileDescriptorCount);
            count("process_max_fds", "Files and sockets that may be open.", system::getMaxFileDescriptorCount);
        }
    }

    private void count(String name, String help, LongSupplier number) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(sample -> sample.call((double) number.getAsLong()))
                .register(registry);
    }
}
