package dev.harken.console.pages;

import static org.awaitility.Awaitility.await;

import dev.harken.testing.Browser;
import dev.harken.testing.Jar;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the console costs while it is looked at: the processor time of the service and of its PostgreSQL, as a share of
 * one core, with no page open and with one. Not a test: {@code mvn test -Dtest=ConsoleCostBenchmark}, after {@code mvn
 * package}; {@code -Dharken.benchmark.seconds=} and {@code -Dharken.benchmark.warmUp=} say how long it looks.
 */
class ConsoleCostBenchmark {
    private static final long SECONDS = Long.getLong("harken.benchmark.seconds", 60);
    /** Until the compiler has done its work, which is no matter of pages. */
    private static final long WARM_UP = Long.getLong("harken.benchmark.warmUp", 600);

    private static final List<String> PAGES = List.of("/", "/console/connections", "/console/queries");

    @Test
    void anOpenPage(@TempDir Path directory) throws Exception {
        Path data = directory.resolve("data");
        try (Jar service = Jar.start(
                        Map.of("HARKEN_DATA", data.toString(), "MONITORING_ENABLED", "true"), "server", "config.yml");
                Browser browser = Browser.open()) {
            await().atMost(Duration.ofMinutes(2)).until(service::isReady);
            ProcessHandle postgres = postmaster(data);
            browser.visit(service.console() + "/");
            TimeUnit.SECONDS.sleep(WARM_UP);

            browser.visit("about:blank");
            tell("no page", service.process(), postgres);
            for (String page : PAGES) {
                browser.visit(service.console() + page);
                tell(page, service.process(), postgres);
            }
            service.stop();
        }
    }

    private static void tell(String what, ProcessHandle service, ProcessHandle postgres) throws InterruptedException {
        Duration before = used(service);
        Duration databaseBefore = used(postgres);
        long start = System.nanoTime();
        TimeUnit.SECONDS.sleep(SECONDS);
        double wall = System.nanoTime() - start;
        System.out.printf(
                "%-24s service %.2f %%, PostgreSQL %.2f %% of a core%n",
                what,
                100 * used(service).minus(before).toNanos() / wall,
                100 * used(postgres).minus(databaseBefore).toNanos() / wall);
    }

    /** Of a process and those it has; the time of those that ended meanwhile is lost. */
    private static Duration used(ProcessHandle process) {
        return Stream.concat(Stream.of(process), process.descendants())
                .map(one -> one.info().totalCpuDuration().orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
    }

    private static ProcessHandle postmaster(Path data) throws Exception {
        try (Stream<Path> files = Files.walk(data)) {
            Path file = files.filter(found -> found.endsWith("postmaster.pid"))
                    .findFirst()
                    .orElseThrow();
            return ProcessHandle.of(Long.parseLong(Files.readAllLines(file).get(0)))
                    .orElseThrow();
        }
    }
}
