package dev.harken.users;

import dev.harken.audit.AuditDao;
import dev.harken.audit.AuditRecord;
import dev.harken.auth.AccessTokens;
import dev.harken.auth.Caller;
import dev.harken.auth.LoginLimiter;
import dev.harken.auth.Passwords;
import dev.harken.auth.RevocationDao;
import dev.harken.auth.RevokedTokens;
import dev.harken.auth.Role;
import dev.harken.database.Tenant;
import dev.harken.database.Transactions;
import dev.harken.http.ProblemException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Signing in and out, the same by every way in: limited, audited, and silent on which accounts exist. Thread-safe. */
public final class SignIn {
    private final Transactions transactions;
    private final UserDao users;
    private final AuditDao audit;
    private final Passwords passwords;
    private final AccessTokens tokens;
    private final LoginLimiter limiter;
    private final RevocationDao revocations;
    private final RevokedTokens revoked;
    private final Clock clock;

    public SignIn(
            Transactions transactions,
            UserDao users,
            AuditDao audit,
            Passwords passwords,
            AccessTokens tokens,
            LoginLimiter limiter,
            RevocationDao revocations,
            RevokedTokens revoked,
            Clock clock) {
        this.transactions = transactions;
        this.users = users;
        this.audit = audit;
        this.passwords = passwords;
        this.tokens = tokens;
        this.limiter = limiter;
        this.revocations = revocations;
        this.revoked = revoked;
        this.clock = clock;
    }

    /**
     * Signs in whoever has an account that can do something.
     *
     * @param address the network address that asks, which failures are counted for
     * @throws ProblemException 401 when the email or the password is wrong, 403 for a user without a client, 429 after
     *     too many failures
     */
    public Session user(String email, String password, String address) {
        Instant asked = clock.instant();
        User user = member(email, password, address);
        return welcome(user, email, address, tokens.issue(user.toAccount(), asked));
    }

    /**
     * Signs a browser in.
     *
     * @throws ProblemException as {@link #user}
     */
    public Session browser(String email, String password, String address) {
        Instant asked = clock.instant();
        User user = member(email, password, address);
        return welcome(user, email, address, tokens.issueSession(user.toAccount(), asked));
    }

    private User member(String email, String password, String address) {
        User user = check(email, password, address);
        if (user.role() == Role.CLIENT && user.client().isEmpty()) {
            throw ProblemException.forbidden(
                    "Your account belongs to no client any more. Ask an administrator to assign one.");
        }
        return user;
    }

    /**
     * Signs in an administrator and nobody else.
     *
     * @throws ProblemException as {@link #user}, and 403 for everybody else with the right password
     */
    public Session administrator(String email, String password, String address) {
        Instant asked = clock.instant();
        User user = check(email, password, address);
        if (user.role() != Role.ADMIN) {
            note(user, "user.sign_in_refused", address);
            throw ProblemException.forbidden("Only administrators may use the console.");
        }
        return welcome(user, email, address, tokens.issue(user.toAccount(), asked));
    }

    /** Revokes the token that the caller came with. */
    public void signOut(Caller caller) {
        transactions.record(caller.tenant(), session -> {
            revocations.revokeToken(session, caller.userId(), caller.tokenId(), caller.tokenExpires());
            audit.record(
                    session, AuditRecord.by(caller, caller.clientId(), "user.signed_out", "user", caller.userId()));
        });
        revoked.reload();
    }

    private User check(String email, String password, String address) {
        int wait = limiter.take(address, email);
        if (wait > 0) {
            throw ProblemException.tooMany("Too many failed logins. Try again in " + wait + " seconds.", wait);
        }
        Optional<User> user = transactions.read(Tenant.EVERY, session -> users.findByEmail(session, email));
        boolean known =
                user.isPresent() && passwords.matches(password, user.get().hashedPassword());
        if (user.isEmpty()) {
            passwords.waste(password);
        }
        if (!known || !user.get().isActive()) {
            user.ifPresent(found -> note(found, "user.sign_in_failed", address));
            throw ProblemException.unauthorized("The email or the password is wrong.");
        }
        return user.get();
    }

    private Session welcome(User user, String email, String address, String token) {
        limiter.giveBack(address, email);
        note(user, "user.signed_in", address);
        return new Session(token, tokens.lifetime());
    }

    private void note(User user, String action, String address) {
        transactions.record(
                Tenant.EVERY,
                session -> audit.record(
                        session,
                        new AuditRecord(
                                user.toAccount().clientId(),
                                user.id(),
                                user.email(),
                                action,
                                "user",
                                user.id(),
                                address)));
    }

    /**
     * What somebody who signed in holds.
     *
     * @param token the access token
     * @param lifetime how long it is good for, from now
     */
    public record Session(String token, Duration lifetime) {
        /** Without the token, which must not reach a log. */
        @Override
        public String toString() {
            return "Session[lifetime=" + lifetime + "]";
        }
    }
}
