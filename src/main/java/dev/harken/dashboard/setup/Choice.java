package dev.harken.dashboard.setup;

/** Something to choose. Public for the template engine. */
public record Choice(String value, String label) {}
