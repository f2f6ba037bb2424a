package dev.harken.bench;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Tells whoever waits what is being done, each line with the time since the start. */
final class Progress {
    private final PrintStream out;
    private final long startNanos = System.nanoTime();

    Progress(PrintStream out) {
        this.out = out;
    }

    void say(String format, Object... values) {
        Duration since = Duration.ofNanos(System.nanoTime() - startNanos);
        out.printf(
                Locale.ROOT,
                "%2d:%02d  %s%n",
                since.toMinutes(),
                since.toSecondsPart(),
                String.format(Locale.ROOT, format, values));
    }
}
