package dev.harken.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.testing.SetClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AccessTokensTest {
    private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final SetClock clock = new SetClock();
    private final AccessTokens tokens = new AccessTokens(KEY, Duration.ofHours(12), clock);

    @Test
    void aTokenSaysWhoItsUserIs() {
        Caller caller = tokens.read(tokens.issue(new Account(7, "a@b.test", Role.CLIENT, 3L), clock.instant()))
                .orElseThrow()
                .caller();

        assertThat(caller.userId()).isEqualTo(7);
        assertThat(caller.email()).isEqualTo("a@b.test");
        assertThat(caller.isAdmin()).isFalse();
        assertThat(caller.tenant().clientId()).isEqualTo(3);
    }

    @Test
    void aTokenEndsWithItsLifetime() {
        String token = tokens.issue(new Account(7, "a@b.test", Role.ADMIN, null), clock.instant());

        clock.advance(Duration.ofHours(12).minusSeconds(1));
        assertThat(tokens.read(token)).isPresent();

        clock.advance(Duration.ofSeconds(2));
        assertThat(tokens.read(token)).isEmpty();
    }

    @Test
    void aTokenThatIsKnownAsOneKindIsNotTheOther() {
        Account account = new Account(7, "a@b.test", Role.ADMIN, null);
        String session = tokens.issueSession(account, clock.instant());
        String token = tokens.issue(account, clock.instant());

        assertThat(tokens.readSession(session)).isPresent();
        assertThat(tokens.read(session)).isEmpty();
        assertThat(tokens.read(token)).isPresent();
        assertThat(tokens.readSession(token)).isEmpty();
    }

    @Test
    void aTokenOfAnotherKeyOrForAClientsUserWithoutAClientIsNone() {
        AccessTokens others = new AccessTokens(
                "another-key-another-key-another-key".getBytes(StandardCharsets.US_ASCII), Duration.ofHours(1), clock);

        assertThat(tokens.read(others.issue(new Account(1, "a@b.test", Role.ADMIN, null), clock.instant())))
                .isEmpty();
        assertThat(tokens.read(tokens.issue(new Account(1, "a@b.test", Role.CLIENT, null), clock.instant())))
                .isEmpty();
        assertThat(tokens.read("not.a.token")).isEmpty();
    }
}
