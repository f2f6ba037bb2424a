/**
 * Makes {@code openapi.json} out of the resources, their Javadoc and the constraints on what they take. Runs when Harken
 * is built, and is in no jar.
 */
package dev.harken.openapi.build;
