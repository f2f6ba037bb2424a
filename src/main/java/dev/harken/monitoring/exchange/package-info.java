/** What every client of another's server needs. */
package dev.harken.monitoring.exchange;
