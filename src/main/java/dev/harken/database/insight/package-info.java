/** What PostgreSQL tells of itself: read over one connection, judged by named thresholds, with what mends it. */
package dev.harken.database.insight;
