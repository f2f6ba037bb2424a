package dev.harken.monitoring.drafting;

/** A reply for a person to review, in Reddit's Markdown, and how good it looks. */
public record Draft(String content, Quality quality) {}
