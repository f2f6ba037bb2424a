package dev.harken.mail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MailFactoryTest {
    @Test
    void withoutAnAddressThereIsNoMail() {
        MailFactory mail = new MailFactory();

        assertThat(mail.isAddressed()).isTrue();
        assertThat(mail.isSigned()).isTrue();
        assertThat(mail.build()).isEmpty();
    }

    @Test
    void aServerNeedsASender() {
        MailFactory mail = new MailFactory();
        mail.setUrl("smtp://mail.example.com");

        assertThat(mail.isSigned()).isFalse();

        mail.setFrom("harken@example.com");
        assertThat(mail.isSigned()).isTrue();
        assertThat(mail.build()).isPresent();
    }

    @Test
    void whatIsNoServerIsRefused() {
        MailFactory mail = new MailFactory();
        mail.setUrl("mail.example.com:587");

        assertThat(mail.isAddressed()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ann@example.com", " ann+alerts@mail.example.com ", "Ann <ann@example.com>"})
    void anAddressIsTaken(String text) {
        assertThat(MailFactory.isAddress(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ann", "ann@", "@example.com", "ann@example.com, bob@example.com", "ann@exa mple.com"})
    void whatIsNoAddressIsNot(String text) {
        assertThat(MailFactory.isAddress(text)).isFalse();
    }
}
