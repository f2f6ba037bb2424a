/** Removes posts that clients no longer want kept, a little at a time, and keeps what was counted of them. */
package dev.harken.housekeeping;
