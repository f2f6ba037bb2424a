package dev.harken.posts;

import dev.harken.monitoring.reddit.Post;
import dev.harken.responses.AiResponse;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.annotations.TenantId;
import org.hibernate.type.SqlTypes;

/** A Reddit post that matched what a client listens for. The same post may belong to several clients, a row each. */
@Entity
@DynamicUpdate
@Table(name = "matched_posts")
public class MatchedPost {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    @TenantId
    @Column(name = "client_id", nullable = false)
    private Long clientId;

    @Column(nullable = false)
    private String subreddit;

    @Column(name = "reddit_post_id", nullable = false)
    private String redditPostId;

    @Column(nullable = false)
    private String title;

    private String url;

    private String permalink;

    private String author;

    private String content;

    @Column(name = "keywords_matched")
    private String keywordsMatched;

    private Integer score;

    @Column(name = "num_comments")
    private Integer numComments;

    @Column(nullable = false)
    private boolean flagged;

    @Column(nullable = false)
    private boolean reviewed;

    @Column(name = "posted_at")
    private Instant postedAt;

    @Column(name = "config_id", insertable = false, updatable = false)
    private Long configId;

    @Column(insertable = false, updatable = false)
    @JdbcTypeCode(SqlTypes.JSON)
    private String highlights;

    @Column(name = "overdue_at", insertable = false, updatable = false)
    private Instant overdueAt;

    @Column(name = "gone_at")
    private Instant goneAt;

    private Integer relevance;

    @Column(name = "relevance_reason")
    private String relevanceReason;

    private Boolean relevant;

    @Column(name = "drafts_failed", nullable = false)
    private int draftsFailed;

    @Column(name = "created_at", nullable = false)
    private Instant createdAt;

    @Column(name = "updated_at", nullable = false)
    private Instant updatedAt;

    @OneToMany(fetch = FetchType.LAZY)
    @JoinColumn(name = "post_id", insertable = false, updatable = false)
    @OrderBy("createdAt, id")
    private Set<AiResponse> responses = new LinkedHashSet<>();

    /** For Hibernate. */
    protected MatchedPost() {}

    void review(boolean wanted, Instant now) {
        reviewed = wanted;
        updatedAt = now;
    }

    void flag(boolean wanted, Instant now) {
        flagged = wanted;
        updatedAt = now;
    }

    public long id() {
        return id;
    }

    public long clientId() {
        return clientId;
    }

    public String subreddit() {
        return subreddit;
    }

    public String redditPostId() {
        return redditPostId;
    }

    /** Whether it is a comment; its title is that of the thread then. */
    public boolean isComment() {
        return Post.isComment(redditPostId);
    }

    /** What it is to people: {@code comment} or {@code post}. */
    public String kind() {
        return Post.kind(redditPostId);
    }

    public String title() {
        return title;
    }

    public Optional<String> url() {
        return Optional.ofNullable(url);
    }

    public Optional<String> permalink() {
        return Optional.ofNullable(permalink);
    }

    /** Empty when the author deleted their account or the post. */
    public Optional<String> author() {
        return Optional.ofNullable(author);
    }

    /** As written on Reddit; empty for posts that are only a link. */
    public String content() {
        return content == null ? "" : content;
    }

    /** The keywords that matched, separated by commas, as the client wrote them. */
    public String keywordsMatched() {
        return keywordsMatched == null ? "" : keywordsMatched;
    }

    public int score() {
        return score == null ? 0 : score;
    }

    public int numComments() {
        return numComments == null ? 0 : numComments;
    }

    public boolean isFlagged() {
        return flagged;
    }

    public boolean isReviewed() {
        return reviewed;
    }

    /** When it was posted on Reddit; the old system did not keep it. */
    public Optional<Instant> postedAt() {
        return Optional.ofNullable(postedAt);
    }

    /** When it was found to be deleted or removed on Reddit, and its text deleted here. */
    /** The config that matched it; empty for posts from before that was kept. */
    public Optional<Long> configId() {
        return Optional.ofNullable(configId);
    }

    /** Since when it waits for review for longer than its client wants; empty when it does not. */
    public Optional<Instant> overdueAt() {
        return reviewed ? Optional.empty() : Optional.ofNullable(overdueAt);
    }

    /** JSON of {@link dev.harken.monitoring.matching.Highlights}. */
    public Optional<String> highlights() {
        return Optional.ofNullable(highlights);
    }

    public Optional<Instant> goneAt() {
        return Optional.ofNullable(goneAt);
    }

    public Instant createdAt() {
        return createdAt;
    }

    /** What the language model thought of it, 0 to 100; empty when it was not asked. */
    public Optional<Integer> relevance() {
        return Optional.ofNullable(relevance);
    }

    public Optional<String> relevanceReason() {
        return Optional.ofNullable(relevanceReason);
    }

    /** Whether it does not meet the client's condition, and nobody asked for a draft all the same. */
    public boolean isTurnedAway() {
        return Boolean.FALSE.equals(relevant);
    }

    /** False when it was turned away, and nobody asked for a draft since; empty when nobody judged it. */
    Optional<Boolean> relevant() {
        return Optional.ofNullable(relevant);
    }

    /** The drafts, oldest first, and the best first of those that were written together. */
    List<AiResponse> responses() {
        return List.copyOf(responses);
    }
}
