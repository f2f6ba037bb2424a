package dev.harken.responses;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.annotations.TenantId;
import org.hibernate.type.SqlTypes;

/** A drafted reply to a matched post, which a person reviews, edits, copies and posts by hand. */
@Entity
@DynamicUpdate
@Table(name = "ai_responses")
public class AiResponse {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    @Column(name = "post_id", nullable = false)
    private Long postId;

    @TenantId
    @Column(name = "client_id", nullable = false)
    private Long clientId;

    @Column(nullable = false)
    private String content;

    private Integer score;

    @Column(nullable = false)
    private boolean copied;

    /** The revision of the text that was copied last; null for texts that an earlier version noted. */
    @Column(name = "copied_revision")
    private Integer copiedRevision;

    @Column(name = "compliance_ack", nullable = false)
    private boolean complianceAck;

    private String grade;

    @Column(name = "quality_breakdown", insertable = false, updatable = false)
    @JdbcTypeCode(SqlTypes.JSON)
    private String qualityBreakdown;

    @Column(nullable = false)
    private int revision;

    @Column(name = "created_at", nullable = false)
    private Instant createdAt;

    /** For Hibernate. */
    protected AiResponse() {}

    /** What somebody acknowledged was another text, unless this is the same. */
    void edit(String text) {
        complianceAck = complianceAck && text.equals(content);
        content = text;
        revision++;
    }

    void markCopied() {
        copied = true;
        copiedRevision = revision;
    }

    void acknowledgeCompliance() {
        complianceAck = true;
    }

    public long id() {
        return id;
    }

    public long postId() {
        return postId;
    }

    public long clientId() {
        return clientId;
    }

    public String content() {
        return content;
    }

    /** 0 to 100; empty for drafts that were never judged. */
    public Optional<Integer> score() {
        return Optional.ofNullable(score);
    }

    public Optional<String> grade() {
        return Optional.ofNullable(grade);
    }

    /** The parts of the score as JSON, with a reason each; empty for drafts that were never judged. */
    public Optional<String> qualityBreakdown() {
        return Optional.ofNullable(qualityBreakdown);
    }

    /** How often the text was changed. */
    public int revision() {
        return revision;
    }

    public boolean isCopied() {
        return copied;
    }

    /** Whether the text as it is now was copied, which may be on Reddit since then. */
    boolean isTextCopied() {
        return copiedRevision != null && copiedRevision == revision;
    }

    public boolean isComplianceAck() {
        return complianceAck;
    }

    public Instant createdAt() {
        return createdAt;
    }
}
