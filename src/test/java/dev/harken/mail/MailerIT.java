package dev.harken.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Over a real connection to a mail server that keeps what it is given. */
class MailerIT {
    private static final Instant AT = Instant.parse("2026-03-02T10:00:00Z");

    private final GreenMail server = new GreenMail(new ServerSetup(0, "0.0.0.0", ServerSetup.PROTOCOL_SMTP));

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    @Test
    void aMailArrivesAsItWasWritten() throws Exception {
        mailer("smtp://127.0.0.1:" + port())
                .send(List.of("ann@example.com", "bob@example.com"), "Größe: 90 %", "Zeile 1\nLinie 2 – ✓", AT);

        MimeMessage[] arrived = server.getReceivedMessages();
        assertThat(arrived).hasSize(2);
        assertThat(arrived[0].getSubject()).isEqualTo("Größe: 90 %");
        assertThat(arrived[0].getFrom()[0]).hasToString("harken@example.com");
        assertThat(arrived[0].getSentDate()).isEqualTo(AT);
        assertThat(arrived[0].getHeader("Auto-Submitted")).containsExactly("auto-generated");
        assertThat(arrived[0].getContent().toString().replace("\r\n", "\n")).isEqualTo("Zeile 1\nLinie 2 – ✓");
    }

    @Test
    void aSubjectCannotBecomeAHeader() throws Exception {
        mailer("smtp://127.0.0.1:" + port()).send(List.of("ann@example.com"), "a\r\nBcc: eve@example.com", "text", AT);

        assertThat(server.getReceivedMessages()).hasSize(1);
        assertThat(GreenMailUtil.getHeaders(server.getReceivedMessages()[0])).doesNotContain("\nBcc:");
    }

    @Test
    void aRepeatHasTheSameMessageId() throws Exception {
        for (int time = 0; time < 2; time++) {
            mailer("smtp://127.0.0.1:" + port()).send(List.of("ann@example.com"), "subject", "text", AT, "msg_1-a");
        }

        assertThat(server.getReceivedMessages()).hasSize(2).allSatisfy(mail -> assertThat(mail.getHeader("Message-ID"))
                .containsExactly("<msg_1-a@example.com>"));
        assertThatThrownBy(() -> mailer("smtp://127.0.0.1:" + port())
                        .send(List.of("ann@example.com"), "subject", "text", AT, "a>\r\nBcc: eve@example.com"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSenderWithANameHasAMessageIdOfTheirHost() throws Exception {
        new Mailer(
                        MailServer.of("smtp://127.0.0.1:" + port()).orElseThrow(),
                        "Harken <harken@example.com>",
                        Duration.ofSeconds(5))
                .send(List.of("ann@example.com"), "subject", "text", AT, "msg_1");

        assertThat(server.getReceivedMessages()[0].getHeader("Message-ID")).containsExactly("<msg_1@example.com>");
    }

    @Test
    void itLogsInWithThePassword() throws Exception {
        server.setUser("harken@example.com", "harken", "p:ss");

        mailer("smtp://harken:p%3Ass@127.0.0.1:" + port()).send(List.of("ann@example.com"), "subject", "text", AT);

        assertThat(server.getReceivedMessages()).hasSize(1);
        assertThatThrownBy(() -> mailer("smtp://harken:wr0ng@127.0.0.1:" + port())
                        .send(List.of("ann@example.com"), "subject", "text", AT))
                .isInstanceOf(MessagingException.class)
                .message()
                .doesNotContain("wr0ng");
    }

    @Test
    void aPasswordIsNotSentInClearTextToAnotherMachine() {
        // Loopback too, but by a name that is not known to be.
        assertThatThrownBy(() -> mailer("smtp://harken:secret@127.0.0.2:" + port())
                        .send(List.of("ann@example.com"), "subject", "text", AT))
                .isInstanceOf(MessagingException.class)
                .hasMessageContaining("STARTTLS");
    }

    @Test
    void aServerThatIsNotThereIsSaidSo() {
        assertThatThrownBy(() -> mailer("smtp://127.0.0.1:1").send(List.of("ann@example.com"), "subject", "text", AT))
                .isInstanceOf(MessagingException.class);
    }

    private int port() {
        return server.getSmtp().getPort();
    }

    private static Mailer mailer(String url) {
        return new Mailer(MailServer.of(url).orElseThrow(), "harken@example.com", Duration.ofSeconds(5));
    }
}
