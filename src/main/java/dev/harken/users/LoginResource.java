package dev.harken.users;

import com.fasterxml.jackson.annotation.JsonAlias;
import dev.harken.auth.Caller;
import dev.harken.auth.Open;
import dev.harken.database.Transactions;
import dev.harken.http.MayRefuse;
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

/** {@code /api/auth}: signing in and out. */
@Path("/api/auth")
@Produces(MediaType.APPLICATION_JSON)
public final class LoginResource {
    private final Transactions transactions;
    private final UserDao users;
    private final SignIn signIn;

    public LoginResource(Transactions transactions, UserDao users, SignIn signIn) {
        this.transactions = transactions;
        this.users = users;
        this.signIn = signIn;
    }

    /** Signs in with email and password, and answers an access token. */
    @POST
    @Path("/login")
    @Open
    @Consumes(MediaType.APPLICATION_JSON)
    @MayRefuse(status = 401, because = "Email or password is wrong, or the account is switched off.")
    @MayRefuse(status = 403, because = "The account's client is gone.")
    @MayRefuse(
            status = 429,
            because = "There were too many failed logins. Try again after the seconds that Retry-After says.")
    public Token login(@Valid @NotNull Credentials credentials, @Context HttpServletRequest request) {
        return Token.of(signIn.user(credentials.email(), credentials.password(), request.getRemoteAddr()));
    }

    /**
     * Signs in with a form.
     *
     * @param username the email
     * @param password the password
     */
    @POST
    @Path("/login")
    @Open
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @MayRefuse(status = 401, because = "Email or password is wrong, or the account is switched off.")
    @MayRefuse(status = 403, because = "The account's client is gone.")
    @MayRefuse(
            status = 429,
            because = "There were too many failed logins. Try again after the seconds that Retry-After says.")
    public Token loginByForm(
            @FormParam("username") @NotBlank @Size(max = 255) String username,
            @FormParam("password") @NotBlank @Size(max = 1024) String password,
            @Context HttpServletRequest request) {
        return Token.of(signIn.user(username, password, request.getRemoteAddr()));
    }

    /** Reads the caller's own account. */
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
        signIn.signOut(caller);
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
    record Token(String accessToken, String tokenType, long expiresIn) {
        static Token of(SignIn.Session session) {
            return new Token(session.token(), "bearer", session.lifetime().toSeconds());
        }
    }
}
