package dev.harken.clients;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** One of the agency's clients: the tenant that everything else belongs to. */
@Entity
@Table(name = "clients")
public class Client {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    @Column(nullable = false)
    private String name;

    @Column(nullable = false)
    private String slug;

    @Column(name = "compliance_required", nullable = false)
    private boolean complianceRequired;

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
}
