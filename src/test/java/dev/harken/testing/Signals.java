package dev.harken.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Unix signals; Java itself only knows TERM and KILL. */
final class Signals {
    private Signals() {}

    /** Sends the signal to those of the processes that still live. */
    static void send(String signal, List<Long> pids) {
        List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
        pids.stream()
                .filter(pid -> ProcessHandle.of(pid).isPresent())
                .map(String::valueOf)
                .forEach(command::add);
        if (command.size() == 2) {
            return;
        }
        try {
            // A process that ended in between makes it fail, which is as good.
            new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
