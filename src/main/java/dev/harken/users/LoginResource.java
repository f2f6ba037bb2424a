package dev.harken.users;

import com.fasterxml.jackson.annotation.JsonAlias;
import dev.harken.audit.AuditDao;
import dev.harken.audit.AuditRecord;
import dev.harken.auth.AccessTokens;
import dev.harken.auth.Caller;
import dev.harken.auth.LoginLimiter;
import dev.harken.auth.Open;
import dev.harken.auth.Passwords;
import dev.harken.auth.RevocationDao;
import dev.harken.auth.RevokedTokens;
import dev.harken.auth.Role;
import dev.harken.database.Tenant;
import dev.harken.database.Transactions;
import dev.harken.http.ProblemException;
import io.dropwizard.auth.Auth;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;

/** {@code /api/auth}: signing in and out. */
@Path("/api/auth")
@Produces(MediaType.APPLICATION_JSON)
public final class LoginResource {
    private final Transactions transactions;
    private final UserDao users;
    private final AuditDao audit;
    private final Passwords passwords;
    private final AccessTokens tokens;
    private final LoginLimiter limiter;
    private final RevocationDao revocations;
    private final RevokedTokens revoked;

    public LoginResource(
            Transactions transactions,
            UserDao users,
            AuditDao audit,
            Passwords passwords,
            AccessTokens tokens,
            LoginLimiter limiter,
            RevocationDao revocations,
            RevokedTokens revoked) {
        this.transactions = transactions;
        this.users = users;
        this.audit = audit;
        this.passwords = passwords;
        this.tokens = tokens;
        this.limiter = limiter;
        this.revocations = revocations;
        this.revoked = revoked;
    }

    @POST
    @Path("/login")
    @Open
    @Consumes(MediaType.APPLICATION_JSON)
    public Token login(@Valid @NotNull Credentials credentials, @Context HttpServletRequest request) {
        return signIn(credentials.email(), credentials.password(), request.getRemoteAddr());
    }

    @POST
    @Path("/login")
    @Open
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Token loginByForm(
            @FormParam("username") @NotBlank @Size(max = 255) String username,
            @FormParam("password") @NotBlank @Size(max = 1024) String password,
            @Context HttpServletRequest request) {
        return signIn(username, password, request.getRemoteAddr());
    }

    @GET
    @Path("/me")
    public UserView me(@Auth Caller caller) {
        return transactions
                .read(caller.tenant(), session -> users.find(session, caller.userId())
                        .map(UserView::of))
                .orElseThrow(() -> ProblemException.unauthorized("The account does not exist any more."));
    }

    /** Revokes the token that the call carries. */
    @POST
    @Path("/logout")
    public void logout(@Auth Caller caller) {
        transactions.change(caller.tenant(), session -> {
            revocations.revokeToken(session, caller.userId(), caller.tokenId(), caller.tokenExpires());
            audit.record(
                    session, AuditRecord.by(caller, caller.clientId(), "user.signed_out", "user", caller.userId()));
        });
        revoked.reload();
    }

    private Token signIn(String email, String password, String address) {
        int wait = limiter.take(address, email);
        if (wait > 0) {
            throw ProblemException.tooMany("Too many failed logins. Try again in " + wait + " seconds.", wait);
        }
        Optional<User> user = transactions.read(Tenant.EVERY, session -> users.findByEmail(session, email));
        boolean welcome =
                user.isPresent() && passwords.matches(password, user.get().hashedPassword());
        if (user.isEmpty()) {
            passwords.waste(password);
        }
        if (!welcome || !user.get().isActive()) {
            user.ifPresent(known -> note(known, "user.sign_in_failed", address));
            throw ProblemException.unauthorized("The email or the password is wrong.");
        }
        if (user.get().role() == Role.CLIENT && user.get().client().isEmpty()) {
            throw ProblemException.forbidden(
                    "Your account belongs to no client any more. Ask an administrator to assign one.");
        }
        limiter.giveBack(address, email);
        note(user.get(), "user.signed_in", address);
        return new Token(
                tokens.issue(user.get().toAccount()),
                "bearer",
                tokens.lifetime().toSeconds());
    }

    private void note(User user, String action, String address) {
        transactions.change(
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

    /** What signing in takes; {@code username} is the old system's word for the email. */
    record Credentials(
            @JsonAlias("username") @NotBlank @Size(max = 255) String email,
            @NotBlank @Size(max = 1024) String password) {
        /** Without the password, which must not reach a log. */
        @Override
        public String toString() {
            return "Credentials[email=" + email + "]";
        }
    }

    /**
     * @param expiresIn seconds
     */
    record Token(String accessToken, String tokenType, long expiresIn) {}
}
