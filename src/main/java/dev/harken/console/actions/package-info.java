/** What an operator can do through the admin port, {@code POST /tasks/…}; each is audited. */
package dev.harken.console.actions;
