/** Tells whether PgBouncer stands between Harken and PostgreSQL, and whether it is set up as Harken needs it. */
package dev.harken.database.pgbouncer;
