package dev.harken.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The processes of the PostgreSQL that serves a data directory. */
public final class Postmaster {
    private final Path file;

    public Postmaster(Path directory) {
        this.file = directory.resolve("postmaster.pid");
    }

    /** Freezes them: connections stay open, new ones hang, nothing answers. */
    public void pause() {
        // The postmaster first, so that no new backend escapes.
        Signals.send("STOP", List.of(pid()));
        Signals.send("STOP", processes());
    }

    public void resume() {
        Signals.send("CONT", processes());
    }

    /** Where it says that it runs; absent when it ended in order. */
    Path file() {
        return file;
    }

    List<Long> processes() {
        List<Long> pids = new ArrayList<>();
        pids.add(pid());
        ProcessHandle.of(pid())
                .ifPresent(
                        process -> process.descendants().map(ProcessHandle::pid).forEach(pids::add));
        return pids;
    }

    private long pid() {
        try {
            return Long.parseLong(Files.readAllLines(file).get(0).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
