/** Replies for a person to review, and what speaks for and against each. */
package dev.harken.monitoring.drafting;
