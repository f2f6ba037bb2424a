package dev.harken.health;

import com.codahale.metrics.health.HealthCheck;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether the disk under the data directory has room. */
final class DiskHealthCheck extends HealthCheck {
    private static final double FULL_PERCENT = 95;

    private final Path directory;

    DiskHealthCheck(Path directory) {
        this.directory = directory;
    }

    @Override
    protected Result check() throws IOException {
        FileStore disk = Files.getFileStore(directory);
        double used = 100.0 * (disk.getTotalSpace() - disk.getUsableSpace()) / disk.getTotalSpace();
        double rounded = Math.round(10 * used) / 10.0;
        ResultBuilder result = Result.builder()
                .withMessage("%s %% of the disk are used (unhealthy from %s %%)", rounded, FULL_PERCENT)
                .withDetail("used_percent", rounded)
                .withDetail("free_bytes", disk.getUsableSpace());
        return (used >= FULL_PERCENT ? result.unhealthy() : result.healthy()).build();
    }
}
