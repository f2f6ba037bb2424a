package dev.harken.responses;

import jakarta.annotation.Nullable;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.TenantId;

/** An earlier text of a response, kept when an edit replaced it. */
@Entity
@Immutable
@Table(name = "response_revisions")
public class Revision {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    @Column(name = "response_id", nullable = false)
    private Long responseId;

    @TenantId
    @Column(name = "client_id", nullable = false)
    private Long clientId;

    @Column(nullable = false)
    private String content;

    @Column(name = "replaced_by")
    private Long replacedBy;

    @Column(name = "created_at", nullable = false)
    private Instant createdAt;

    /** For Hibernate. */
    protected Revision() {}

    Revision(AiResponse response, long replacedBy, Instant now) {
        this.responseId = response.id();
        this.clientId = response.clientId();
        this.content = response.content();
        this.replacedBy = replacedBy;
        this.createdAt = now;
    }

    long replacedBy() {
        return replacedBy == null ? 0 : replacedBy;
    }

    String content() {
        return content;
    }

    Instant createdAt() {
        return createdAt;
    }

    View view() {
        return new View(id, responseId, content, replacedBy, createdAt);
    }

    /**
     * An earlier text as the API shows it.
     *
     * @param replacedBy the user whose edit replaced it, or null when that user was deleted
     * @param createdAt when it was replaced
     */
    public record View(long id, long responseId, String content, @Nullable Long replacedBy, Instant createdAt) {}
}
