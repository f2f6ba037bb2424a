package dev.harken.monitoring.notify;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.TenantId;

/** Something to be told through a channel, and how that went. Written by the outbox's own statements. */
@Entity
@Immutable
@Table(name = "notifications")
public class Delivery {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    @TenantId
    @Column(name = "client_id", nullable = false)
    private Long clientId;

    @Column(name = "channel_id", nullable = false)
    private Long channelId;

    @Column(nullable = false)
    private String key;

    @Column(nullable = false)
    private String kind;

    @Column(name = "post_id")
    private Long postId;

    @Column(nullable = false)
    private String state;

    @Column(name = "due_at", nullable = false)
    private Instant dueAt;

    @Column(nullable = false)
    private int attempts;

    @Column(name = "last_attempt_at")
    private Instant lastAttemptAt;

    @Column(name = "last_status")
    private Integer lastStatus;

    @Column(name = "last_error")
    private String lastError;

    @Column(name = "settled_at")
    private Instant settledAt;

    @Column(name = "created_at", nullable = false)
    private Instant createdAt;

    /** For Hibernate. */
    protected Delivery() {}

    long id() {
        return id;
    }

    long clientId() {
        return clientId;
    }

    long channelId() {
        return channelId;
    }

    /** What the receiver can tell a repeat by. */
    String key() {
        return key;
    }

    /** {@code post}, {@code digest}, {@code weekly}, {@code overdue} or {@code test}. */
    String kind() {
        return kind;
    }

    Optional<Long> postId() {
        return Optional.ofNullable(postId);
    }

    /** {@code waiting}, {@code delivered}, {@code given_up} or {@code dropped}. */
    String state() {
        return state;
    }

    /** When it is tried next, if it still waits. */
    Optional<Instant> nextAttemptAt() {
        return settledAt == null ? Optional.of(dueAt) : Optional.empty();
    }

    int attempts() {
        return attempts;
    }

    Optional<Instant> lastAttemptAt() {
        return Optional.ofNullable(lastAttemptAt);
    }

    /** The receiver's HTTP status. */
    Optional<Integer> lastStatus() {
        return Optional.ofNullable(lastStatus);
    }

    Optional<String> lastError() {
        return Optional.ofNullable(lastError);
    }

    Optional<Instant> settledAt() {
        return Optional.ofNullable(settledAt);
    }

    Instant createdAt() {
        return createdAt;
    }
}
