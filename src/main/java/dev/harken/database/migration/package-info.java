/** The database's schema: bringing a new one or the old system's to the shape that this version needs. */
package dev.harken.database.migration;
