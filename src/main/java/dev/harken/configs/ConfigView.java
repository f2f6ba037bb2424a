package dev.harken.configs;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.harken.clients.ClientView;
import dev.harken.monitoring.matching.Stemming;
import jakarta.annotation.Nullable;
import java.time.Instant;
import java.util.List;

/**
 * A config as the API shows it, with its client.
 *
 * @param updatedAt when it was changed last; for the pages, which see by it whether somebody else changed it meanwhile
 */
public record ConfigView(
        long id,
        long clientId,
        @Nullable String redditUsername,
        List<String> redditSubreddits,
        List<String> keywords,
        boolean isActive,
        long scanIntervalMinutes,
        int scanStartHour,
        int scanEndHour,
        String scanDays,
        Stemming stemming,
        int minScore,
        boolean allowNsfw,
        List<String> blockedAuthors,
        boolean foldDuplicates,
        List<String> languages,
        boolean includeComments,
        @Nullable String replyTemplate,
        String brandVoice,
        String tone,
        int longestReply,
        String acceptIf,
        int acceptThreshold,
        ClientView client,
        @JsonIgnore Instant updatedAt) {

    static ConfigView of(ClientConfig config, ClientView client) {
        ScanTimes times = config.scanTimes();
        return new ConfigView(
                config.id(),
                config.clientId(),
                config.redditUsername().orElse(null),
                config.subreddits(),
                config.keywords(),
                config.isActive(),
                times.interval().toMinutes(),
                times.startHour(),
                times.endHour(),
                config.scanDays(),
                config.stemming(),
                config.minScore(),
                config.allowsNsfw(),
                config.blockedAuthors(),
                config.foldsDuplicates(),
                config.languages(),
                config.includesComments(),
                config.replyTemplate().orElse(null),
                config.brandVoice(),
                config.tone(),
                config.longestReply(),
                config.acceptIf(),
                config.acceptThreshold(),
                client,
                config.updatedAt());
    }
}
