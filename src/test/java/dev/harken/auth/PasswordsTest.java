package dev.harken.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import at.favre.lib.crypto.bcrypt.BCrypt;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PasswordsTest {
    private final Passwords passwords = new Passwords(4);

    @Test
    void aHashMatchesItsPasswordOnly() {
        String hash = passwords.hash("grüße, 世界");

        assertThat(hash).startsWith("$2b$04$");
        assertThat(passwords.matches("grüße, 世界", hash)).isTrue();
        assertThat(passwords.matches("gruesse", hash)).isFalse();
        assertThat(passwords.matches("", hash)).isFalse();
    }

    @Test
    void aHashOfTheOldSystemMatchesEvenBeyondTheBytesThatBcryptReads() {
        // Made by crypt(3) of Debian's libxcrypt, of 80 times x.
        String old = "$2b$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i";

        assertThat(passwords.matches("x".repeat(80), old)).isTrue();
        assertThat(passwords.matches("x".repeat(71), old)).isFalse();
    }

    @Test
    void whatIsNoHashMatchesNothing() {
        assertThat(passwords.matches("x", "")).isFalse();
        assertThat(passwords.matches("x", "plain text")).isFalse();
    }

    @Test
    void whatIsCheckedWhereThereIsNoAccountIsAHashLikeAnother() {
        BCrypt.Result checked = BCrypt.verifyer()
                .verify(
                        "a password".getBytes(StandardCharsets.UTF_8),
                        Passwords.nobodysHash(5).getBytes(StandardCharsets.UTF_8));

        // Only one that is well formed is computed to its end.
        assertThat(checked.validFormat).isTrue();
        assertThat(checked.verified).isFalse();
        assertThat(checked.details.cost).isEqualTo(5);
        assertThat(passwords.hash("a password")).hasSameSizeAs(Passwords.nobodysHash(4));
    }

    @Test
    void aNewPasswordThatBcryptWouldCutIsRefused() {
        assertThatThrownBy(() -> passwords.hash("x".repeat(73))).isInstanceOf(IllegalArgumentException.class);
    }
}
