package dev.harken.mail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailServerTest {
    @ParameterizedTest
    @CsvSource({
        "smtp://mail.example.com, smtp://mail.example.com:587, '', ''",
        "SMTP://mail.example.com:25/, smtp://mail.example.com:25, '', ''",
        "smtps://mail.example.com, smtps://mail.example.com:465, '', ''",
        "smtp://ann:s3cret@mail.example.com:2525, smtp://mail.example.com:2525, ann, s3cret",
        "smtp://ann%40example.com:a%3Ab+c%25@mail.example.com, smtp://mail.example.com:587, ann@example.com, a:b+c%",
    })
    void anAddressTellsTheServerAndTheLogin(String text, String server, String user, String password) {
        assertThat(MailServer.of(text)).hasValueSatisfying(read -> {
            assertThat(read).hasToString(server);
            assertThat(read.user()).isEqualTo(user);
            assertThat(read.password()).isEqualTo(password);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mail.example.com",
                "mail.example.com:25",
                "http://mail.example.com",
                "smtp://",
                "smtp://ann@example.com:secret@mail.example.com",
                "smtp://mail.example.com/inbox",
                "smtp://mail.example.com?tls=no",
                "smtp://mail example.com",
            })
    void whatIsNoServerIsRefused(String text) {
        assertThat(MailServer.of(text)).isEmpty();
    }

    @Test
    void aPasswordNeedsTlsUnlessItStaysOnThisMachine() {
        assertThat(MailServer.of("smtp://ann:secret@mail.example.com"))
                .hasValueSatisfying(server -> assertThat(server.needsTls()).isTrue());
        assertThat(MailServer.of("smtp://ann:secret@localhost:25"))
                .hasValueSatisfying(server -> assertThat(server.needsTls()).isFalse());
        assertThat(MailServer.of("smtp://mail.example.com"))
                .hasValueSatisfying(server -> assertThat(server.needsTls()).isFalse());
    }
}
