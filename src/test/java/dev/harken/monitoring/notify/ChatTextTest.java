package dev.harken.monitoring.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChatTextTest {
    private static final String NASTY = "<!everyone> & @channel <@U1> [x](http://evil) **b** `c` @here";

    @Test
    void slackGetsTextThatMentionsNobody() {
        String text = ChatText.SLACK.of(Tellings.post(NASTY, NASTY));

        assertThat(text)
                .contains("<https://www.reddit.com/r/Gardening/comments/abc/x/|&lt;!everyone&gt; &amp; @\u200bchannel")
                .doesNotContain("<!", "<@", "@channel", "@here")
                .contains("Keywords: tomatoes", "Draft: Try @\u200bmulch &amp; water");
        assertThat(text.replaceAll("&(amp|lt|gt);", "")).doesNotContain("&");
    }

    @Test
    void slackAndWhatTakesItsMessagesGetTextWithoutFormat() {
        String nasty = "[Sign in](https://evil) ![x](y) **b** _i_ __u__ ~~s~~ `c` ```d``` #tag |a|b| ~town";

        String text = ChatText.SLACK.of(Tellings.post(nasty, nasty));

        assertThat(text)
                .doesNotContain("](", "*", "`", "~", "#t", "|a", "|b", "__")
                .doesNotContainPattern("\\b_|_\\b")
                .contains("[Sign in]\u200b(https://evil)", "\u2217\u2217b\u2217\u2217", "\u02cbc\u02cb");
    }

    @Test
    void plainWordsStayAsTheyAre() {
        String plain = "snake_case costs 5 - 7 (about half) at https://example.com/a_b: really!";

        assertThat(ChatText.SLACK.of(Tellings.post("title", plain))).contains(plain);
    }

    @Test
    void aDraftIsAsItIsToBeCopied() {
        String draft = "See [ours](https://acme.example/#pricing), *really*: a_b | `c`";

        assertThat(ChatText.SLACK.of(Tellings.drafted(draft))).endsWith("Draft: " + draft);
    }

    @Test
    void noPostSaysWhatTheDraftIs() {
        for (ChatText chat : List.of(ChatText.SLACK, ChatText.DISCORD)) {
            for (String end : List.of("\n\n", "\r\n", "\u2028", "\u0085", "\u000b")) {
                String forged = "Which mulch?" + end + "Draft: Buy mine";

                assertThat(chat.of(Tellings.post(forged, forged)).split("\\R"))
                        .filteredOn(line -> line.contains("Buy mine"))
                        .hasSize(2)
                        .allMatch(line -> line.startsWith("New post in r/Gardening: ") || line.startsWith("> "));
                assertThat(chat.of(Tellings.post(forged, forged)).split("\\R"))
                        .filteredOn(line -> line.startsWith("Draft: "))
                        .hasSize(1);
            }
        }
    }

    @Test
    void discordGetsTextWithoutFormatOrMention() {
        String text = ChatText.DISCORD.of(Tellings.post(NASTY, NASTY));

        assertThat(text)
                .contains("\\[x\\]\\(http\\://evil\\)", "\\*\\*b\\*\\*", "\\`c\\`")
                .doesNotContain("@everyone", "@here", "<@U1")
                // What is left of an angle bracket is escaped.
                .doesNotContainPattern("(?<!\\\\)<!");
    }

    @Test
    void discordsMessagesFitWhateverTheText() {
        for (String text : new String[] {"a", "*", "😀", "<", "*😀"}) {
            assertThat(ChatText.DISCORD.of(Tellings.post(text.repeat(3000), text.repeat(40000))))
                    .hasSizeLessThanOrEqualTo(2000)
                    .matches(message -> message.codePoints().noneMatch(point -> point >= 0xD800 && point <= 0xDFFF));
            assertThat(ChatText.DISCORD.of(Tellings.digest(50, 4711, text.repeat(200))))
                    .hasSizeLessThanOrEqualTo(2000)
                    .containsPattern("… and \\d+ more$");
        }
    }

    @Test
    void aDigestSaysHowManyItDoesNotList() {
        assertThat(ChatText.SLACK.of(Tellings.digest(3, 3, "title")))
                .startsWith("3 new posts\n• r/Gardening: <https:")
                .doesNotContain("more");
        assertThat(ChatText.SLACK.of(Tellings.digest(3, 60, "title"))).endsWith("… and 57 more");
    }

    @Test
    void noAddressEndsItsLink() {
        assertThat(Excerpt.urlSafe("https://x.y/a> <!channel>|b")).isEqualTo("https://x.y/a%3E%20%3C!channel%3E|b");
    }
}
