package dev.harken.monitoring.sample;

import java.util.List;

/** A fictional client that listens to the sample posts on a first run. */
public record SampleClient(String name, List<String> subreddits, List<String> keywords, String replyTemplate) {}
