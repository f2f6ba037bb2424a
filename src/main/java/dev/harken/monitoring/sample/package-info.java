/** Fictional posts and clients that show Harken at work before it has Reddit's credentials. */
package dev.harken.monitoring.sample;
