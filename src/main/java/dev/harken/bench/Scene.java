package dev.harken.bench;

/**
 * What measurements over HTTP work with.
 *
 * @param service runs over the stage
 */
record Scene(Stage stage, Service service, Size size, Alternation alternation) {}
