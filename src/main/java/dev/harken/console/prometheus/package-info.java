/** What Prometheus scrapes from the admin port. */
package dev.harken.console.prometheus;
