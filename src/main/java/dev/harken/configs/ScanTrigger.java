package dev.harken.configs;

import dev.harken.database.Tenant;
import java.util.List;

/** Starts scans as soon as possible. */
public interface ScanTrigger {
    /** The most that are started at once. */
    int MOST = 200;

    /** Starts the scan of a config; called after the config is committed. */
    void scanSoon(long configId);

    /**
     * Starts the scans of a client's active configs, or of everybody's, at most {@value #MOST}: first those whose
     * last scan is longest ago, so that whoever asks again starts the others.
     *
     * @return the configs whose scans were started
     */
    List<ClientConfig> scanSoon(Tenant whose);
}
