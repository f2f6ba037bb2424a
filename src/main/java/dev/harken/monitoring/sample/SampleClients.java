package dev.harken.monitoring.sample;

import java.util.List;

/** The fictional clients of a first run. */
public final class SampleClients {
    private SampleClients() {}

    /** All of them, from {@code samples/clients.json} on the class path. */
    public static List<SampleClient> load() {
        return Samples.read("clients.json", SampleClient[].class);
    }
}
