/**
 * {@code /api/events}: what happens to posts and responses, as it happens. One thread with one connection reads the
 * events of all listeners, and only while there are any; a listener is a socket and a short queue.
 */
package dev.harken.live;
