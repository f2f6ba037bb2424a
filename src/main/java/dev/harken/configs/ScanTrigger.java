package dev.harken.configs;

/** Starts the scan of a config as soon as possible; called after the config is committed. */
public interface ScanTrigger {
    void scanSoon(long configId);
}
