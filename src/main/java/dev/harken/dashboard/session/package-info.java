/** How a browser is let in to the reviewer's pages, and what is refused to it. */
package dev.harken.dashboard.session;
