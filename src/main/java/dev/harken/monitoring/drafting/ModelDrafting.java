package dev.harken.monitoring.drafting;

/** What a language model does: write, and say beforehand whether it is worth it. */
public record ModelDrafting(DraftWriter writer, RelevanceJudge judge) {}
