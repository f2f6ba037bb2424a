package dev.harken.monitoring.drafting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyTemplateTest {
    private static DraftRequest post(String title, String author, String... keywords) {
        return new DraftRequest(title, "", "SampleGarden", author, List.of(keywords), "Fernhollow");
    }

    private static String fill(String template, DraftRequest post) throws TemplateException {
        return ReplyTemplate.parse(template).fill(post);
    }

    @Test
    void fillsEveryPlaceholderAsOftenAsItStands() throws TemplateException {
        assertThat(fill("{author} {author} {client} {keyword} r/{subreddit} {title}", post("Why?", "ann", "roses")))
                .isEqualTo("ann ann Fernhollow roses r/SampleGarden Why?");
    }

    @Test
    void aCommentStandsBesideItsThreadsTitle() throws TemplateException {
        DraftRequest comment = new DraftRequest(
                "Leggy seedlings", "Mine too", "SampleGarden", "ann", List.of("seedlings"), "Fernhollow", true);

        assertThat(fill("{comment} in {title}", comment)).isEqualTo("Mine too in Leggy seedlings");
        assertThat(fill("{comment}in {title}", post("Why?", "ann", "roses"))).isEqualTo("in Why?");
        assertThat(ReplyTemplate.standard().fill(comment)).contains("your comment “Mine too” under “Leggy seedlings”");
    }

    @Test
    void goneAuthorIsGreetedWithoutANameAndNobodyElseIsNotified() throws TemplateException {
        assertThat(fill("Hi {author}, u/{author} /u/{author}", post("t", null))).isEqualTo("Hi there, there there");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"rose bush\" | rose bush",
                "“rose bush” | rose bush",
                "\"5 * hotel (new)\" | 5 \\* hotel (new)",
                "c++ | c++",
                "AC - DC | AC - DC",
                "and/or | and/or",
                "flat white | flat white",
                "/ros.*/ | this",
                "`` | this",
                "(latte OR mocha) NEAR/3 milk | this",
                "latte NEAR milk | this",
                "latte OR mocha | this",
                "latte -decaf | this",
                "latte /wi-?fi/ | this",
                "insta* | this",
                "subreddit:coffee latte | this",
                "latte Title:question | this",
                "\"oat milk\" \"latte\" | this",
                "“oat milk” latte | this",
                "f(x) | this"
            })
    void keywordIsPutAsASentenceCanHaveIt(String keyword, String words) throws TemplateException {
        assertThat(fill("On {keyword}.", post("t", "ann", keyword))).isEqualTo("On " + words + ".");
    }

    @Test
    void theFirstKeywordOfWordsIsTaken() throws TemplateException {
        assertThat(fill("On {keyword}.", post("t", "ann", "rose*", "roses OR tulips", "\"rose bush\"", "roses")))
                .isEqualTo("On rose bush.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{client}", "${client}", "{nope}", "{", "}", "{title:-x}", "$"})
    void bracesInATitleStayAsTheyAre(String title) throws TemplateException {
        assertThat(fill("<{title}>", post(title, "ann"))).isEqualTo("<" + title + ">");
    }

    @Test
    void dollarBeforeAPlaceholderIsJustADollar() throws TemplateException {
        assertThat(fill("${keyword}", post("t", "ann", "5"))).isEqualTo("$5");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "*bold* and __under__          | \\*bold\\* and \\_\\_under\\_\\_",
                "snake_case stays              | snake_case stays",
                "[a](b) `c` ~~d~~ >!e!< ^f     | \\[a\\](b) \\`c\\` \\~\\~d\\~\\~ \\>!e!\\< \\^f",
                "# heading                     | \\# heading",
                "- item                        | \\- item",
                "1. item                       | 1\\. item",
                "2026 was a year               | 2026 was a year",
                "ask u/somebody or /U/other    | ask u\\/somebody or /U\\/other",
                "in r/SampleGarden, 24/7       | in r\\/SampleGarden, 24/7",
                "see https://x.example now     | see https\\://x.example now",
                "see www.x.example             | see www\\.x.example",
                "a&b &#42; &amp;               | a&b \\&#42; \\&amp;",
                "back\\slash                   | back\\\\slash",
                "Why do roses (and I) wilt?    | Why do roses (and I) wilt?",
            })
    void titleBecomesPlainTextThatFormatsNothingAndNotifiesNobody(String title, String inserted)
            throws TemplateException {
        assertThat(fill("{title}", post(title, "ann"))).isEqualTo(inserted);
    }

    @Test
    void titleBecomesOneLine() throws TemplateException {
        assertThat(fill("{title}", post(" two\n\n    lines\u2028of\u200b it ", "ann")))
                .isEqualTo("two lines of it");
    }

    @Test
    void longTitleIsCutAndTheReplyKeepsRedditsLimit() throws TemplateException {
        assertThat(fill("{title}", post("🌱".repeat(999), "ann"))).isEqualTo("🌱".repeat(299) + "…");
        assertThat(fill("x{title}".repeat(60), post("🌱".repeat(999), "ann")))
                .hasSizeBetween(9_990, 10_000)
                .endsWith("🌱…");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Hi {foo}         | has an unknown placeholder {foo}; known are {author}, {client}, {comment}, {keyword}, {subreddit}, {title}",
                "{Title}          | has an unknown placeholder {Title}; known are {author}, {client}, {comment}, {keyword}, {subreddit}, {title}",
                "{}               | has an unknown placeholder {}; known are {author}, {client}, {comment}, {keyword}, {subreddit}, {title}",
                "{title:-x}       | has an unknown placeholder {title:-x}; known are {author}, {client}, {comment}, {keyword}, {subreddit}, {title}",
                "Hi {author       | has a { that is not closed by }",
                "{{title}}        | has a { that is not closed by }",
                "' '              | is empty",
            })
    void refusesATemplateThatCannotBeFilled(String template, String message) {
        assertThatThrownBy(() -> ReplyTemplate.parse(template))
                .isInstanceOf(TemplateException.class)
                .hasMessage(message);
    }

    @Test
    void standardTemplateSaysWhoWritesAndForWhatPost() {
        assertThat(ReplyTemplate.standard().fill(post("Roses wilt", "ann", "roses")))
                .startsWith("Hi ann, I work with Fernhollow, so roses ")
                .contains("Roses wilt")
                .doesNotContain("{");
    }
}
