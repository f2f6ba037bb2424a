/** The pages that show what posts and drafts came to. */
package dev.harken.dashboard.figures;
