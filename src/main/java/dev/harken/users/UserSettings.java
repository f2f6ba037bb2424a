package dev.harken.users;

import dev.harken.audit.AuditDao;
import dev.harken.audit.AuditRecord;
import dev.harken.auth.AccessTokens;
import dev.harken.auth.Caller;
import dev.harken.auth.Passwords;
import dev.harken.auth.RevocationDao;
import dev.harken.auth.RevokedTokens;
import dev.harken.auth.Role;
import dev.harken.clients.Client;
import dev.harken.clients.ClientDao;
import dev.harken.database.Transactions;
import dev.harken.http.Page;
import dev.harken.http.PageRequest;
import dev.harken.http.ProblemException;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import org.hibernate.Session;

/**
 * What administrators do with users, by the API or by the pages: each change with its rules and its record. Whoever
 * calls this has seen to it that the caller may. Thread-safe.
 */
public final class UserSettings {
    private final Transactions transactions;
    private final UserDao users;
    private final ClientDao clients;
    private final AuditDao audit;
    private final Passwords passwords;
    private final AccessTokens tokens;
    private final RevocationDao revocations;
    private final RevokedTokens revoked;
    private final Clock clock;

    public UserSettings(
            Transactions transactions,
            UserDao users,
            ClientDao clients,
            AuditDao audit,
            Passwords passwords,
            AccessTokens tokens,
            RevocationDao revocations,
            RevokedTokens revoked,
            Clock clock) {
        this.transactions = transactions;
        this.users = users;
        this.clients = clients;
        this.audit = audit;
        this.passwords = passwords;
        this.tokens = tokens;
        this.revocations = revocations;
        this.revoked = revoked;
        this.clock = clock;
    }

    /** The users, by their ids. */
    public Page<UserView> page(Caller caller, PageRequest request) {
        return transactions.read(
                caller.tenant(), session -> users.page(session, request).map(UserView::of));
    }

    /**
     * A user.
     *
     * @throws ProblemException 404 when there is none
     */
    public UserView get(Caller caller, long id) {
        return transactions
                .read(caller.tenant(), session -> users.find(session, id).map(UserView::of))
                .orElseThrow(() -> ProblemException.notFound("user", id));
    }

    /**
     * Stores a user.
     *
     * @throws ProblemException 409 when the email is another's, 422 for what cannot be stored
     */
    public UserView create(Caller caller, NewUser wanted) {
        if (wanted.role() == Role.CLIENT && wanted.clientId() == null) {
            throw ProblemException.invalid("client_id", "is needed for a user of role client");
        }
        String hash = passwords.hash(checkedPassword(wanted.password()));
        return transactions.write(caller.tenant(), session -> {
            if (users.findByEmail(session, wanted.email().strip()).isPresent()) {
                throw ProblemException.conflict("email", "is another user's email");
            }
            User user = users.create(session, wanted.email(), hash, wanted.role(), client(session, wanted.clientId()));
            audit.record(
                    session, AuditRecord.by(caller, user.client().map(Client::id), "user.created", "user", user.id()));
            return UserView.of(user);
        });
    }

    /**
     * Activates, deactivates, or sets a new password; each but activating revokes the user's tokens.
     *
     * @throws ProblemException 404 when there is no such user, 422 for what cannot be stored
     */
    public UserView change(Caller caller, long id, UserChange wanted) {
        if (Boolean.FALSE.equals(wanted.isActive()) && id == caller.userId()) {
            throw ProblemException.invalid("is_active", "cannot be taken from your own account");
        }
        String hash = wanted.password() == null ? null : passwords.hash(checkedPassword(wanted.password()));
        UserView changed = transactions.write(caller.tenant(), session -> {
            User user = users.find(session, id).orElseThrow(() -> ProblemException.notFound("user", id));
            Instant now = clock.instant();
            if (hash != null) {
                user.changePassword(hash, now);
            }
            if (wanted.isActive() != null) {
                user.activate(wanted.isActive(), now);
            }
            if (hash != null || !user.isActive()) {
                revocations.revokeAll(session, id, now, now.plus(tokens.lifetime()));
            }
            audit.record(session, AuditRecord.by(caller, user.client().map(Client::id), "user.changed", "user", id));
            return UserView.of(user);
        });
        revoked.reload();
        return changed;
    }

    private Client client(Session session, Long id) {
        return id == null
                ? null
                : clients.find(session, id).orElseThrow(() -> ProblemException.invalid("client_id", "names no client"));
    }

    private static String checkedPassword(String password) {
        if (password.getBytes(StandardCharsets.UTF_8).length > Passwords.MAX_BYTES) {
            throw ProblemException.invalid("password", "must have at most " + Passwords.MAX_BYTES + " bytes");
        }
        return password;
    }

    /** What a new user is made of. */
    public record NewUser(
            @NotBlank @Email @Size(max = 255) String email,
            @NotNull @Size(min = Passwords.MIN_CHARACTERS, max = Passwords.MAX_BYTES) String password,
            @NotNull Role role,
            Long clientId) {
        /** Without the password, which must not reach a log. */
        @Override
        public String toString() {
            return "NewUser[email=" + email + ", role=" + role + ", clientId=" + clientId + "]";
        }
    }

    /** What may be changed of a user; what is left out stays. */
    public record UserChange(
            Boolean isActive, @Size(min = Passwords.MIN_CHARACTERS, max = Passwords.MAX_BYTES) String password) {
        /** Without the password, which must not reach a log. */
        @Override
        public String toString() {
            return "UserChange[isActive=" + isActive + "]";
        }
    }
}
