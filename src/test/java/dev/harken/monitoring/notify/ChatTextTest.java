package dev.harken.monitoring.notify;

import static org.assertj.core.api.Assertions.assertThat;

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
