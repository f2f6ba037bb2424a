/**
 * What is read for all clients together: each subreddit once however many configs listen to it, every post kept for a
 * week, and how far each subreddit is known.
 */
package dev.harken.monitoring.feed;
