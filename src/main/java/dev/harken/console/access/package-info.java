/** Who may use the admin port: where it may be bound, by which names it is called, who signs in, whose forms count. */
package dev.harken.console.access;
