package dev.harken.configs;

import dev.harken.http.ProblemException;
import dev.harken.monitoring.drafting.ReplyTemplate;
import dev.harken.monitoring.drafting.TemplateException;
import dev.harken.monitoring.matching.KeywordException;
import dev.harken.monitoring.matching.KeywordList;
import dev.harken.monitoring.matching.Keywords;
import dev.harken.monitoring.matching.Languages;
import dev.harken.monitoring.matching.MatchFilter;
import dev.harken.monitoring.matching.Stemming;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Locale;

/**
 * What is wanted of a config, new or changed; what is left out keeps its value or takes the default.
 *
 * @param clientId the client it is for; a client's own user may leave it out, an administrator
 *     names it for a new one. Cannot be changed later
 * @param redditSubreddits names with or without {@code r/}; a new config needs one
 * @param keywords plain words, "quoted phrases", -exclusions or /regular expressions/; a new config needs one
 * @param stemming the language by whose rules plain keywords find other forms of their words
 * @param minScore the least score of a post when it is read; 0 for any
 * @param blockedAuthors names with or without {@code u/}
 * @param foldDuplicates whether posts that say the same count as one
 * @param languages codes of two letters, in any case; empty for all
 * @param includeComments whether the comments of the subreddits are read too
 * @param scanStartHour in UTC, as the end hour
 * @param scanDays {@code 1,2,3,4,5,6,7} with 1 for Monday
 * @param brandVoice who the client is and how it speaks, for the language model
 * @param longestReply of the language model, in characters
 * @param acceptIf which posts to draft for, in plain language; empty for all
 * @param acceptThreshold the least relevance of a post that is drafted for by itself
 */
public record ConfigChange(
        Long clientId,
        @Size(max = 255) String redditUsername,
        @Size(max = 100)
                List<
                                @NotNull
                                @Pattern(regexp = ConfigChange.SUBREDDIT, message = "is not the name of a subreddit")
                                String>
                        redditSubreddits,
        @Size(max = 200) List<@NotNull String> keywords,
        Boolean isActive,
        @Min(1) @Max(1440) Integer scanIntervalMinutes,
        @Min(0) @Max(23) Integer scanStartHour,
        @Min(0) @Max(23) Integer scanEndHour,
        @Pattern(regexp = "[1-7](,[1-7]){0,6}", message = "must be days from 1 (Monday) to 7, such as 1,2,3,4,5")
                String scanDays,
        Stemming stemming,
        @Min(0) @Max(1_000_000) Integer minScore,
        Boolean allowNsfw,
        @Size(max = 200)
                List<@NotNull @Pattern(regexp = ConfigChange.AUTHOR, message = "is not the name of an account") String>
                        blockedAuthors,
        Boolean foldDuplicates,
        @Size(max = 20) List<@NotNull String> languages,
        Boolean includeComments,
        @Size(max = 4000) String replyTemplate,
        @Size(max = 4000) String brandVoice,
        @Size(max = 200) String tone,
        @Min(100) @Max(10_000) Integer longestReply,
        @Size(max = 2000) String acceptIf,
        @Min(0) @Max(100) Integer acceptThreshold) {

    /** Reddit's rule: 3 to 21 letters, digits and underscores, no underscore first; profiles are {@code u_name}. */
    static final String SUBREDDIT = "\\s*(?:/?r/)?[A-Za-z0-9][A-Za-z0-9_]{1,23}/?\\s*";

    /** Reddit's rule: 3 to 20 letters, digits, underscores and hyphens; a few old ones are shorter. */
    static final String AUTHOR = "\\s*(?:/?u/)?[A-Za-z0-9_-]{1,20}\\s*";

    /** The width of the column that existing deployments have. */
    private static final int LONGEST_LIST = 2000;

    /** Ends the request with 422 where a list would not fit or a keyword or the template cannot be used. */
    ConfigChange checked() {
        if (redditSubreddits != null && String.join(",", subredditNames()).length() > LONGEST_LIST) {
            throw ProblemException.invalid("reddit_subreddits", "must have at most 2000 characters together");
        }
        checkKeywords();
        checkLanguages();
        if (replyTemplate != null && !replyTemplate.isBlank()) {
            try {
                ReplyTemplate.parse(replyTemplate);
            } catch (TemplateException e) {
                throw ProblemException.invalid("reply_template", e.getMessage());
            }
        }
        return this;
    }

    /** As {@link #checked}, of what has to say where to listen and for what. */
    public ConfigChange checkedWhole() {
        checked();
        if (keywords == null || keywords.isEmpty()) {
            throw ProblemException.invalid("keywords", "must name at least one keyword");
        }
        if (redditSubreddits == null || redditSubreddits.isEmpty()) {
            throw ProblemException.invalid("reddit_subreddits", "must name at least one subreddit");
        }
        return this;
    }

    private void checkKeywords() {
        if (keywords == null || keywords.isEmpty()) {
            return;
        }
        compiledKeywords();
        if (KeywordList.join(keywords).length() > LONGEST_LIST) {
            throw ProblemException.invalid("keywords", "must have at most 2000 characters together");
        }
    }

    private void checkLanguages() {
        if (languages == null) {
            return;
        }
        List<String> codes = languageCodes();
        for (int i = 0; i < codes.size(); i++) {
            if (!Languages.CODES.contains(codes.get(i))) {
                throw ProblemException.invalid(
                        "languages[" + i + "]", "must be one of " + String.join(", ", Languages.CODES));
            }
        }
    }

    boolean includesComments() {
        return includeComments != null && includeComments;
    }

    List<String> languageCodes() {
        return languages.stream()
                .map(code -> code.strip().toLowerCase(Locale.ROOT))
                .toList();
    }

    /** Ends the request with 422 for the first keyword that cannot be used. */
    Keywords compiledKeywords() {
        try {
            return Keywords.parse(keywords, stemming == null ? Stemming.NONE : stemming);
        } catch (KeywordException e) {
            throw ProblemException.invalid("keywords[" + e.index() + "]", e.getMessage());
        }
    }

    /** Which posts are passed over, as far as this says. */
    MatchFilter filter() {
        return MatchFilter.of(
                minScore == null ? 0 : minScore,
                allowNsfw == null || allowNsfw,
                blockedAuthors == null ? List.of() : blockedAuthorNames(),
                languages == null ? List.of() : languageCodes(),
                foldDuplicates == null || foldDuplicates);
    }

    List<String> blockedAuthorNames() {
        return blockedAuthors.stream()
                .map(name -> name.strip().replaceFirst("^/?u/", ""))
                .distinct()
                .toList();
    }

    List<String> subredditNames() {
        return redditSubreddits.stream().map(ConfigChange::bareName).distinct().toList();
    }

    static String bareName(String subreddit) {
        return subreddit.strip().replaceFirst("^/?r/", "").replaceFirst("/$", "");
    }
}
