package dev.harken.clients;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import org.hibernate.annotations.DynamicUpdate;

/** One of the agency's clients: the tenant that everything else belongs to. */
@Entity
@DynamicUpdate
@Table(name = "clients")
public class Client {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    @Column(nullable = false)
    private String name;

    @Column(nullable = false)
    private String slug;

    @Column(name = "retention_days")
    private Integer retentionDays;

    @Column(name = "retention_posts")
    private Integer retentionPosts;

    @Column(name = "compliance_required", nullable = false)
    private boolean complianceRequired;

    @Column(name = "review_hours")
    private Integer reviewHours;

    @Column(name = "created_at", nullable = false)
    private Instant createdAt;

    @Column(name = "updated_at", nullable = false)
    private Instant updatedAt;

    /** For Hibernate. */
    protected Client() {}

    Client(String name, String slug, Instant now) {
        this.name = name;
        this.slug = slug;
        this.createdAt = now;
        this.updatedAt = now;
    }

    /** The slug stays: it is what other programs know the client by. */
    void rename(String wanted, Instant now) {
        name = wanted;
        updatedAt = now;
    }

    void requireCompliance(boolean wanted, Instant now) {
        complianceRequired = wanted;
        updatedAt = now;
    }

    public long id() {
        return id;
    }

    public String name() {
        return name;
    }

    /** Whether a subreddit's rules have to be acknowledged before a reply is copied. */
    public boolean requiresCompliance() {
        return complianceRequired;
    }

    public String slug() {
        return slug;
    }

    /** Has the client's posts kept for so many days, and so many of them; empty for ever, and all. */
    void keep(Optional<Integer> days, Optional<Integer> posts, Instant now) {
        retentionDays = days.orElse(null);
        retentionPosts = posts.orElse(null);
        updatedAt = now;
    }

    /** Has a post be overdue when its draft waits for review for so many hours; empty for never. */
    void limitReview(Optional<Integer> hours, Instant now) {
        reviewHours = hours.orElse(null);
        updatedAt = now;
    }

    /** After how many hours a post with a draft is overdue; empty for never. */
    Optional<Integer> reviewHours() {
        return Optional.ofNullable(reviewHours);
    }

    /** For how many days posts are kept; empty for ever. */
    Optional<Integer> retentionDays() {
        return Optional.ofNullable(retentionDays);
    }

    /** How many of the newest posts are kept; empty for all. */
    Optional<Integer> retentionPosts() {
        return Optional.ofNullable(retentionPosts);
    }
}
