package dev.harken.configs;

import dev.harken.clients.Client;
import dev.harken.database.StoredTime;
import dev.harken.monitoring.matching.KeywordList;
import dev.harken.monitoring.matching.Languages;
import dev.harken.monitoring.matching.MatchFilter;
import dev.harken.monitoring.matching.Stemming;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.TenantId;

/** What Harken listens for on behalf of a client: where, which words, when, and how it answers. */
@Entity
@DynamicUpdate
@Table(name = "client_configs")
public class ClientConfig {
    private static final int LONGEST_REPLY = 1500;
    private static final int ACCEPT_THRESHOLD = 50;

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    @TenantId
    @Column(name = "client_id", nullable = false)
    private Long clientId;

    @ManyToOne
    @JoinColumn(name = "client_id", insertable = false, updatable = false)
    private Client client;

    @Column(name = "reddit_username")
    private String redditUsername;

    @Column(name = "reddit_subreddits", nullable = false)
    private String subreddits;

    @Column(nullable = false)
    private String keywords;

    @Column(name = "is_active", nullable = false)
    private boolean active;

    @Column(name = "scan_interval_minutes", nullable = false)
    private int scanIntervalMinutes;

    @Column(name = "scan_start_hour", nullable = false)
    private int scanStartHour;

    @Column(name = "scan_end_hour", nullable = false)
    private int scanEndHour;

    @Column(name = "scan_days", nullable = false)
    private String scanDays;

    @Column(nullable = false)
    private String stemming;

    @Column(name = "min_score", nullable = false)
    private int minScore;

    @Column(name = "allow_nsfw", nullable = false)
    private boolean allowNsfw;

    @Column(name = "blocked_authors")
    private String blockedAuthors;

    @Column(name = "fold_duplicates", nullable = false)
    private boolean foldDuplicates;

    private String languages;

    @Column(name = "include_comments", nullable = false)
    private boolean includeComments;

    @Column(name = "reply_template")
    private String replyTemplate;

    @Column(name = "brand_voice")
    private String brandVoice;

    private String tone;

    @Column(name = "longest_reply")
    private Integer longestReply;

    @Column(name = "accept_if")
    private String acceptIf;

    @Column(name = "accept_threshold")
    private Integer acceptThreshold;

    @Column(name = "created_at", nullable = false)
    private Instant createdAt;

    @Column(name = "updated_at", nullable = false)
    private Instant updatedAt;

    /** For Hibernate. */
    protected ClientConfig() {}

    ClientConfig(long clientId, Instant now) {
        this.clientId = clientId;
        this.subreddits = "";
        this.keywords = "";
        this.active = true;
        this.scanIntervalMinutes = 5;
        this.scanStartHour = 0;
        this.scanEndHour = 23;
        this.scanDays = "1,2,3,4,5,6,7";
        this.stemming = Stemming.NONE.label();
        this.allowNsfw = true;
        this.foldDuplicates = true;
        this.createdAt = now;
        this.updatedAt = StoredTime.of(now);
    }

    /** Takes over what is wanted; what is left out stays. */
    void apply(ConfigChange change, Instant now) {
        redditUsername = change.redditUsername() == null ? redditUsername : change.redditUsername();
        subreddits = change.redditSubreddits() == null ? subreddits : String.join(",", change.subredditNames());
        keywords = change.keywords() == null ? keywords : KeywordList.join(change.keywords());
        active = change.isActive() == null ? active : change.isActive();
        scanIntervalMinutes = orElse(change.scanIntervalMinutes(), scanIntervalMinutes);
        scanStartHour = orElse(change.scanStartHour(), scanStartHour);
        scanEndHour = orElse(change.scanEndHour(), scanEndHour);
        scanDays = change.scanDays() == null ? scanDays : change.scanDays();
        minScore = orElse(change.minScore(), minScore);
        allowNsfw = change.allowNsfw() == null ? allowNsfw : change.allowNsfw();
        blockedAuthors =
                change.blockedAuthors() == null ? blockedAuthors : String.join(",", change.blockedAuthorNames());
        foldDuplicates = change.foldDuplicates() == null ? foldDuplicates : change.foldDuplicates();
        languages = change.languages() == null
                ? languages
                : change.languageCodes().stream().distinct().collect(Collectors.joining(","));
        includeComments = change.includeComments() == null ? includeComments : change.includeComments();
        stemming = change.stemming() == null ? stemming : change.stemming().label();
        replyTemplate = change.replyTemplate() == null ? replyTemplate : change.replyTemplate();
        brandVoice = change.brandVoice() == null ? brandVoice : change.brandVoice();
        tone = change.tone() == null ? tone : change.tone();
        longestReply = change.longestReply() == null ? longestReply : change.longestReply();
        acceptIf = change.acceptIf() == null ? acceptIf : change.acceptIf();
        acceptThreshold = change.acceptThreshold() == null ? acceptThreshold : change.acceptThreshold();
        updatedAt = StoredTime.of(now);
    }

    /** What decides which posts are found: when it changes, posts that were passed over may be. */
    List<Object> whatDecides() {
        return List.of(
                subreddits,
                keywords,
                stemming,
                minScore,
                allowNsfw,
                Objects.requireNonNullElse(blockedAuthors, ""),
                foldDuplicates,
                Objects.requireNonNullElse(languages, ""),
                includeComments);
    }

    private static int orElse(Integer wanted, int present) {
        return wanted == null ? present : wanted;
    }

    public long id() {
        return id;
    }

    public long clientId() {
        return clientId;
    }

    public Client client() {
        return client;
    }

    Optional<String> redditUsername() {
        return Optional.ofNullable(redditUsername);
    }

    /** Names without {@code r/}; old deployments may have blanks around the commas. */
    public List<String> subreddits() {
        return Arrays.stream(subreddits.split(",", -1))
                .map(ConfigChange::bareName)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    public List<String> keywords() {
        return KeywordList.split(keywords);
    }

    public boolean isActive() {
        return active;
    }

    /** When to scan; an old row whose days cannot be read is scanned every day. */
    public ScanTimes scanTimes() {
        return ScanTimes.of(scanIntervalMinutes, scanStartHour, scanEndHour, scanDays);
    }

    String scanDays() {
        return scanDays;
    }

    /** Which posts are passed over although they have the keywords. */
    public MatchFilter filter() {
        return MatchFilter.of(minScore, allowNsfw, blockedAuthors(), languages(), foldDuplicates);
    }

    int minScore() {
        return minScore;
    }

    boolean allowsNsfw() {
        return allowNsfw;
    }

    /** Names without {@code u/}. */
    List<String> blockedAuthors() {
        return blockedAuthors == null || blockedAuthors.isEmpty() ? List.of() : List.of(blockedAuthors.split(",", -1));
    }

    /** Whether posts that say the same count as one. */
    boolean foldsDuplicates() {
        return foldDuplicates;
    }

    /** Codes of those that posts may be in, as far as this version can tell them; empty for all. */
    List<String> languages() {
        return languages == null
                ? List.of()
                : Arrays.stream(languages.split(",", -1))
                        .filter(Languages.CODES::contains)
                        .toList();
    }

    /** Whether the comments of the subreddits are read too. */
    public boolean includesComments() {
        return includeComments;
    }

    /** A language that this version does not know is taken for none. */
    public Stemming stemming() {
        return Stemming.named(stemming).orElse(Stemming.NONE);
    }

    /** When it was last changed by somebody; scans don't change it. */
    public Instant updatedAt() {
        return updatedAt;
    }

    /** Empty when the client has none of its own. */
    public Optional<String> replyTemplate() {
        return Optional.ofNullable(replyTemplate).filter(template -> !template.isBlank());
    }

    /** Who the client is and how it speaks, for the language model; may be empty. */
    public String brandVoice() {
        return brandVoice == null ? "" : brandVoice;
    }

    /** In a few words, for the language model; may be empty. */
    public String tone() {
        return tone == null ? "" : tone;
    }

    /** The longest reply of the language model, 100 to 10,000 characters. */
    public int longestReply() {
        return longestReply == null ? LONGEST_REPLY : longestReply;
    }

    /** Which posts to draft for, in plain language, for the language model to judge; empty for all. */
    public String acceptIf() {
        return acceptIf == null ? "" : acceptIf.strip();
    }

    /** The least relevance, 0 to 100, of a post that is drafted for by itself. */
    public int acceptThreshold() {
        return acceptThreshold == null ? ACCEPT_THRESHOLD : acceptThreshold;
    }
}
