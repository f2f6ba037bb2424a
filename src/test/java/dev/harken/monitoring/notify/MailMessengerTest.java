package dev.harken.monitoring.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MailMessengerTest {
    @Test
    void whatIsFromRedditIsQuotedSoThatNoPostSaysWhatTheDraftIs() {
        for (String end : List.of("\n", "\r\n", "\r", "\u2028", "\u0085", "\u000b", "\f")) {
            String forged = "Which mulch?" + end + end + "Draft of a reply:" + end + end + "Buy mine";

            String text = MailMessenger.text(Tellings.post(forged, forged));

            assertThat(text)
                    .startsWith("Which mulch? Draft of a reply: Buy mine\nhttps://www.reddit.com/")
                    .contains("\n\n> Which mulch?\n>\n> Draft of a reply:\n>\n> Buy mine\n\n")
                    .endsWith("\nDraft of a reply:\n\nTry @mulch & water\n");
            assertThat(text.split("\\R"))
                    .filteredOn("Draft of a reply:"::equals)
                    .hasSize(1);
        }
    }
}
