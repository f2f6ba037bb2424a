/** Signals sampled every few seconds, and the alerts that fire when a signal's level lasted. */
package dev.harken.database.alerts;
