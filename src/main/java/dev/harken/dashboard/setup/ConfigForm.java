package dev.harken.dashboard.setup;

import dev.harken.configs.ConfigChange;
import dev.harken.configs.ConfigView;
import dev.harken.http.CheckedInput;
import dev.harken.monitoring.matching.Languages;
import dev.harken.monitoring.matching.Stemming;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A config as a form has it. */
final class ConfigForm {
    static final List<Choice> STEMMINGS = Arrays.stream(Stemming.values())
            .map(one -> new Choice(one.label(), one == Stemming.NONE ? "No, only as written" : capital(one.label())))
            .toList();
    static final List<Choice> LANGUAGES = Languages.CODES.stream()
            .map(code -> new Choice(code, Locale.forLanguageTag(code).getDisplayLanguage(Locale.ENGLISH)))
            .toList();
    static final List<Choice> DAYS = List.of(
            new Choice("1", "Mon"),
            new Choice("2", "Tue"),
            new Choice("3", "Wed"),
            new Choice("4", "Thu"),
            new Choice("5", "Fri"),
            new Choice("6", "Sat"),
            new Choice("7", "Sun"));
    static final Map<String, String> DEFAULTS = Map.of(
            "is_active", "true",
            "scan_interval_minutes", "5",
            "scan_start_hour", "0",
            "scan_end_hour", "23",
            "scan_days", "1,2,3,4,5,6,7",
            "min_score", "0",
            "allow_nsfw", "true",
            "fold_duplicates", "true",
            "longest_reply", "1500",
            "accept_threshold", "50");
    /** By the form's fields, what they are called on the page. */
    private static final Map<String, String> LABELS = labels();

    private ConfigForm() {}

    private static String capital(String label) {
        return label.substring(0, 1).toUpperCase(Locale.ROOT) + label.substring(1);
    }

    private static Map<String, String> labels() {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("keywords", "Keywords");
        labels.put("reddit_subreddits", "Subreddits");
        labels.put("stemming", "Other forms of the words");
        labels.put("include_comments", "Comments");
        labels.put("is_active", "Active");
        labels.put("scan_interval_minutes", "Minutes between two readings");
        labels.put("scan_start_hour", "First hour");
        labels.put("scan_end_hour", "Last hour");
        labels.put("scan_days", "Days");
        labels.put("min_score", "Least points");
        labels.put("languages", "Languages");
        labels.put("blocked_authors", "Blocked authors");
        labels.put("allow_nsfw", "Posts marked NSFW");
        labels.put("fold_duplicates", "Posts that say the same count as one");
        labels.put("accept_if", "Draft only if");
        labels.put("accept_threshold", "Least relevance");
        labels.put("brand_voice", "Brand voice");
        labels.put("tone", "Tone");
        labels.put("longest_reply", "Longest reply");
        labels.put("reply_template", "Template");
        labels.put("reddit_username", "Reddit user name");
        return labels;
    }

    static Map<String, String> values(ConfigView config) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("client_id", Long.toString(config.clientId()));
        values.put("keywords", String.join("\n", config.keywords()));
        values.put("reddit_subreddits", String.join("\n", config.redditSubreddits()));
        values.put("stemming", config.stemming().label());
        values.put("include_comments", ticked(config.includeComments()));
        values.put("is_active", ticked(config.isActive()));
        values.put("scan_interval_minutes", Long.toString(config.scanIntervalMinutes()));
        values.put("scan_start_hour", Integer.toString(config.scanStartHour()));
        values.put("scan_end_hour", Integer.toString(config.scanEndHour()));
        values.put("scan_days", config.scanDays());
        values.put("min_score", Integer.toString(config.minScore()));
        values.put("languages", String.join(",", config.languages()));
        values.put("blocked_authors", String.join("\n", config.blockedAuthors()));
        values.put("allow_nsfw", ticked(config.allowNsfw()));
        values.put("fold_duplicates", ticked(config.foldDuplicates()));
        values.put("accept_if", config.acceptIf());
        values.put("accept_threshold", Integer.toString(config.acceptThreshold()));
        values.put("brand_voice", config.brandVoice());
        values.put("tone", config.tone());
        values.put("longest_reply", Integer.toString(config.longestReply()));
        values.put("reply_template", Optional.ofNullable(config.replyTemplate()).orElse(""));
        values.put(
                "reddit_username", Optional.ofNullable(config.redditUsername()).orElse(""));
        values.put("seen", config.updatedAt().toString());
        return values;
    }

    private static String ticked(boolean wanted) {
        return wanted ? "true" : "";
    }

    static ConfigChange read(Sent sent, CheckedInput input) {
        return sent.numbers(
                        "client_id",
                        "scan_interval_minutes",
                        "scan_start_hour",
                        "scan_end_hour",
                        "min_score",
                        "accept_threshold",
                        "longest_reply")
                .lines("keywords", "reddit_subreddits", "blocked_authors")
                .textsIfAny("stemming")
                .boxes("include_comments", "is_active", "allow_nsfw", "fold_duplicates")
                .joined("scan_days")
                .ticked("languages")
                .texts("accept_if", "brand_voice", "tone", "reply_template", "reddit_username")
                .to(input, ConfigChange.class);
    }

    /** What is stored in the fields in which something else was entered. */
    static List<Choice> stored(ConfigView config, Form entered) {
        Map<String, String> stored = values(config);
        return LABELS.entrySet().stream()
                .filter(label -> !lines(stored.get(label.getKey())).equals(lines(entered.value(label.getKey()))))
                .map(label -> new Choice(label.getValue(), stored.get(label.getKey())))
                .toList();
    }

    private static String lines(String text) {
        return text.replace("\r\n", "\n").strip();
    }
}
