package dev.harken.users;

import dev.harken.auth.Account;
import dev.harken.auth.Role;
import dev.harken.clients.Client;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import org.hibernate.annotations.DynamicUpdate;

/** Somebody who can sign in. Not a tenant's row: only administrators see users, everyone sees themselves. */
@Entity
@DynamicUpdate
@Table(name = "users")
public class User {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    @Column(nullable = false)
    private String email;

    @Column(name = "hashed_password", nullable = false)
    private String hashedPassword;

    @Column(name = "is_active", nullable = false)
    private boolean active;

    @Convert(converter = RoleConverter.class)
    @Column(nullable = false)
    private Role role;

    @ManyToOne
    @JoinColumn(name = "client_id")
    private Client client;

    @Column(name = "created_at", nullable = false)
    private Instant createdAt;

    @Column(name = "updated_at", nullable = false)
    private Instant updatedAt;

    /** For Hibernate. */
    protected User() {}

    User(String email, String hashedPassword, Role role, Client client, Instant now) {
        this.email = email;
        this.hashedPassword = hashedPassword;
        this.active = true;
        this.role = role;
        this.client = client;
        this.createdAt = now;
        this.updatedAt = now;
    }

    void changePassword(String hash, Instant now) {
        hashedPassword = hash;
        updatedAt = now;
    }

    void activate(boolean wanted, Instant now) {
        active = wanted;
        updatedAt = now;
    }

    public long id() {
        return id;
    }

    public String email() {
        return email;
    }

    String hashedPassword() {
        return hashedPassword;
    }

    public boolean isActive() {
        return active;
    }

    public Role role() {
        return role;
    }

    /** Empty for an administrator of the whole installation. */
    public Optional<Client> client() {
        return Optional.ofNullable(client);
    }

    Account toAccount() {
        return new Account(id, email, role, client == null ? null : client.id());
    }

    Instant createdAt() {
        return createdAt;
    }
}
