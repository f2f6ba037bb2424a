/** What clients listen for: keywords as people write them, compiled and looked for in posts. */
package dev.harken.monitoring.matching;
