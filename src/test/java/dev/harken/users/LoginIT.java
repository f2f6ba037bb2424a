package dev.harken.users;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.testing.ApiClient;
import dev.harken.testing.HarkenService;
import dev.harken.testing.TestClient;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LoginIT {
    private static HarkenService harken;

    @BeforeAll
    static void start() {
        harken = HarkenService.start(
                "monitoring.enabled=false", "auth.failuresPerAccount=5", "auth.failuresPerAddress=1000");
    }

    @AfterAll
    static void stop() {
        harken.close();
    }

    @Test
    void signingInTakesJsonOrAForm() {
        ApiClient.Answer json = harken.anonymous()
                .post(
                        "/api/auth/login",
                        Map.of("email", HarkenService.ADMIN_EMAIL, "password", HarkenService.ADMIN_PASSWORD));
        ApiClient.Answer form = harken.anonymous()
                .raw(
                        "POST",
                        "/api/auth/login",
                        "application/x-www-form-urlencoded",
                        "username=Admin%40Harken.test&password=" + HarkenService.ADMIN_PASSWORD);

        for (ApiClient.Answer answer : new ApiClient.Answer[] {json, form}) {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().get("token_type").asText()).isEqualTo("bearer");
            assertThat(answer.json().get("expires_in").asLong()).isEqualTo(12 * 3600);
            ApiClient.Answer me = harken.anonymous()
                    .withToken(answer.json().get("access_token").asText())
                    .get("/api/auth/me");
            assertThat(me.json().get("email").asText()).isEqualTo(HarkenService.ADMIN_EMAIL);
            assertThat(me.body()).doesNotContain("password").doesNotContain("$2");
        }
    }

    @Test
    void aWrongPasswordAndAnUnknownAccountAreAnsweredAlike() {
        ApiClient.Answer wrong = harken.anonymous()
                .post("/api/auth/login", Map.of("email", HarkenService.ADMIN_EMAIL, "password", "wrong"));
        ApiClient.Answer unknown =
                harken.anonymous().post("/api/auth/login", Map.of("email", "nobody@a.test", "password", "wrong"));

        assertThat(wrong.status()).isEqualTo(401);
        assertThat(wrong.body()).isEqualTo(unknown.body());
    }

    @Test
    void anAccountHasToWaitAfterTooManyFailures() throws Exception {
        TestClient client = TestClient.create(harken);
        String email = client.user().get("/api/users/me").json().get("email").asText();
        ApiClient.Answer answer = null;
        for (int i = 0; i < 6; i++) {
            answer = harken.anonymous().post("/api/auth/login", Map.of("email", email, "password", "guess " + i));
        }

        assertThat(answer.status()).isEqualTo(429);
        assertThat(Integer.parseInt(answer.header("retry-after").orElseThrow())).isBetween(1, 300);
        ApiClient.Answer upperCase = harken.anonymous()
                .post("/api/auth/login", Map.of("email", email.toUpperCase(Locale.ROOT), "password", "guess"));
        assertThat(upperCase.status()).isEqualTo(429);
    }

    @Test
    void aPasswordOfTheOldSystemKeepsWorking() throws Exception {
        // Made by crypt(3) of Debian's libxcrypt, an implementation that is not ours.
        harken.database()
                .execute("insert into users (email, hashed_password, role) values ('old@system.test',"
                        + " '$2b$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG', 'admin')");
        ApiClient.Answer answer = harken.anonymous()
                .post(
                        "/api/auth/login",
                        Map.of("email", "old@system.test", "password", "correct horse battery staple"));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }

    @Test
    void aTokenIsRefusedWhenItWasChangedOrSignedByAnotherKeyOrByNone() {
        String token = harken.admin().token();
        String[] parts = token.split("\\.", -1);
        String forgedHeader = base64("{\"alg\":\"none\",\"typ\":\"JWT\"}");
        String forgedClaims =
                base64("{\"iss\":\"harken\",\"sub\":\"x\",\"user_id\":1,\"role\":\"admin\",\"exp\":9999999999}");

        for (String forged : new String[] {
            parts[0] + "." + forgedClaims + "." + parts[2],
            forgedHeader + "." + forgedClaims + ".",
            forgedHeader + "." + parts[1] + "." + parts[2],
            token + "x",
            "nonsense"
        }) {
            assertThat(harken.anonymous().withToken(forged).get("/api/auth/me").status())
                    .isEqualTo(401);
        }
        assertThat(harken.anonymous().get("/api/auth/me?access_token=" + token).status())
                .isEqualTo(401);
    }

    @Test
    void signingOutRevokesThatTokenOnly() {
        TestClient client = TestClient.create(harken);
        ApiClient other = harken.admin();

        assertThat(client.user().post("/api/auth/logout", Map.of()).status()).isEqualTo(204);

        assertThat(client.user().get("/api/auth/me").status()).isEqualTo(401);
        assertThat(other.get("/api/auth/me").status()).isEqualTo(200);
    }

    @Test
    void deactivatingAUserRevokesTheirTokensAndKeepsThemOut() {
        TestClient client = TestClient.create(harken);
        long id = client.user().get("/api/users/me").json().get("id").asLong();
        String email = client.user().get("/api/users/me").json().get("email").asText();

        harken.admin().put("/api/users/" + id, Map.of("is_active", false));

        assertThat(client.user().get("/api/posts").status()).isEqualTo(401);
        ApiClient.Answer again =
                harken.anonymous().post("/api/auth/login", Map.of("email", email, "password", "a-reviewers-password"));
        assertThat(again.status()).isEqualTo(401);
    }

    @Test
    void aNewPasswordRevokesTheOldTokens() {
        TestClient client = TestClient.create(harken);
        long id = client.user().get("/api/users/me").json().get("id").asLong();
        String email = client.user().get("/api/users/me").json().get("email").asText();

        harken.admin().put("/api/users/" + id, Map.of("password", "quite-another-one"));

        assertThat(client.user().get("/api/posts").status()).isEqualTo(401);
        assertThat(harken.anonymous()
                        .signIn(email, "quite-another-one")
                        .get("/api/posts")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void onlyAnAdministratorMakesUsersAndClients() {
        ApiClient user = TestClient.create(harken).user();

        assertThat(user.post("/api/clients", Map.of("name", "Mine")).status()).isEqualTo(403);
        assertThat(user.post("/api/users", Map.of("email", "a@b.test", "password", "long enough pw", "role", "admin"))
                        .status())
                .isEqualTo(403);
        assertThat(user.get("/api/users").status()).isEqualTo(403);
        assertThat(harken.anonymous().post("/api/auth/register", Map.of()).status())
                .isEqualTo(404);
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
