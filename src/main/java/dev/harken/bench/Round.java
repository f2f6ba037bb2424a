package dev.harken.bench;

/** One of the rounds of a measurement. */
record Round(Load.Served served, Meter.Usage usage) {}
