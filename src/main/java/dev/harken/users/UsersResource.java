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
import dev.harken.http.PageParams;
import dev.harken.http.ProblemException;
import io.dropwizard.auth.Auth;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import org.hibernate.Session;

/** {@code /api/users}: who can sign in, for administrators; {@code /me} for everyone. */
@Path("/api/users")
@Produces(MediaType.APPLICATION_JSON)
public final class UsersResource {
    private final Transactions transactions;
    private final UserDao users;
    private final ClientDao clients;
    private final AuditDao audit;
    private final Passwords passwords;
    private final AccessTokens tokens;
    private final RevocationDao revocations;
    private final RevokedTokens revoked;
    private final Clock clock;

    public UsersResource(
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

    @GET
    @RolesAllowed(Role.ADMIN_NAME)
    public Response list(@Auth Caller caller, @Valid @BeanParam PageParams page, @Context UriInfo request) {
        return transactions
                .read(caller.tenant(), session -> users.page(session, page.toRequest(true))
                        .map(UserView::of))
                .toResponse(request);
    }

    @GET
    @Path("/me")
    public UserView me(@Auth Caller caller) {
        return transactions
                .read(caller.tenant(), session -> users.find(session, caller.userId())
                        .map(UserView::of))
                .orElseThrow(() -> ProblemException.notFound("user", caller.userId()));
    }

    @POST
    @RolesAllowed(Role.ADMIN_NAME)
    @Consumes(MediaType.APPLICATION_JSON)
    public Response create(@Auth Caller caller, @Valid @NotNull NewUser wanted) {
        if (wanted.role() == Role.CLIENT && wanted.clientId() == null) {
            throw ProblemException.invalid("client_id", "is needed for a user of role client");
        }
        String hash = passwords.hash(checkedPassword(wanted.password()));
        UserView created = transactions.write(caller.tenant(), session -> {
            if (users.findByEmail(session, wanted.email().strip()).isPresent()) {
                throw ProblemException.conflict("email", "is another user's email");
            }
            User user = users.create(session, wanted.email(), hash, wanted.role(), client(session, wanted.clientId()));
            audit.record(
                    session, AuditRecord.by(caller, user.client().map(Client::id), "user.created", "user", user.id()));
            return UserView.of(user);
        });
        return Response.status(Response.Status.CREATED).entity(created).build();
    }

    /** Activates, deactivates, or sets a new password; each but activating revokes the user's tokens. */
    @PUT
    @Path("/{id}")
    @RolesAllowed(Role.ADMIN_NAME)
    @Consumes(MediaType.APPLICATION_JSON)
    public UserView change(@Auth Caller caller, @PathParam("id") long id, @Valid @NotNull UserChange wanted) {
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
    record NewUser(
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
    record UserChange(
            Boolean isActive, @Size(min = Passwords.MIN_CHARACTERS, max = Passwords.MAX_BYTES) String password) {
        /** Without the password, which must not reach a log. */
        @Override
        public String toString() {
            return "UserChange[isActive=" + isActive + "]";
        }
    }
}
