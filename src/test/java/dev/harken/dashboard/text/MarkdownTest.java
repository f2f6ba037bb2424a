package dev.harken.dashboard.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarkdownTest {
    private static String html(String markdown) {
        return Markdown.html(markdown, List.of());
    }

    @Test
    void markdownIsShownAsRedditShowsIt() {
        assertThat(html("**bold** and *slanted* and ~~gone~~\n\n- one\n- two\n\n> said\n\n`code`"))
                .contains("<strong>bold</strong>", "<em>slanted</em>", "<del>gone</del>", "<li>one</li>")
                .contains("<blockquote>", "<code>code</code>");
        assertThat(html("# A heading")).contains("<h3>A heading</h3>");
        assertThat(html("| a | b |\n|---|---|\n| 1 | 2 |")).contains("<td>1</td>");
    }

    @Test
    void spoilersAreShownAsSuch() {
        String spoiler = "<span class=\"spoiler\" title=\"Spoiler\">";
        assertThat(html("He >!dies!< at the end")).contains("He " + spoiler + "dies</span> at the end");
        assertThat(html(">!all **of** it!<"))
                .contains(spoiler + "all </span><strong>" + spoiler + "of</span></strong>" + spoiler + " it</span>")
                .doesNotContain("blockquote");
        assertThat(html("> quoted >!so!<")).contains("<blockquote>", spoiler + "so</span>");
        assertThat(html(">!important, he said")).contains("<blockquote>", "!important, he said");
        assertThat(html(">!one\n\ntwo!<")).contains("<blockquote>").doesNotContain("spoiler");
        assertThat(html("`a >!b!< c` and\n\n    d >!e!<"))
                .contains("<code>a &gt;!b!&lt; c</code>", "d &gt;!e!&lt;")
                .doesNotContain("spoiler");
        assertThat(html(">![a](https://x.example/!<)\n\nafter")).contains("<p>after</p>");
        assertThat(Markdown.html(">!a raised bed!<", List.of(List.of(4, 14))))
                .contains(spoiler + "a </span>" + spoiler + "<mark>raised bed</mark></span>");
    }

    @Test
    void whatIsRaisedIsShownAsSuch() {
        assertThat(html("x^2 and 10^(3 at least) and a^b^c."))
                .contains("x<sup>2</sup>", "10<sup>3 at least</sup>", "a<sup>b</sup><sup><sup>c</sup></sup>.");
        assertThat(html("**m^2**, 2 ^ 3, \\^no, ^(open, https://x.example/a^b"))
                .contains("<strong>m<sup>2</sup></strong>", "2 ^ 3", "^no", "^(open")
                .contains("href=\"https://x.example/a^b\"");
        assertThat(html("`a^b` ^^^^^^deep")).contains("<code>a^b</code>").doesNotContain("<sup><sup><sup><sup>");
    }

    @Test
    void nothingGoesOnBehindALinkOrWhatIsStruckOut() {
        assertThat(html("[2 m^2](/r/gardening/wiki/beds) is plenty"))
                .contains("href=\"https://www.reddit.com/r/gardening/wiki/beds\"", ">2 m<sup>2</sup></a> is plenty");
        assertThat(html("| a^b|c |\n|---|---|\n| 1 | 2 |")).contains("<th>a<sup>b</sup></th>", "<th>c</th>");
        assertThat(html(">!she ~~lives~~ dies!<"))
                .contains("<del><span class=\"spoiler\" title=\"Spoiler\">lives</span></del>")
                .contains("<span class=\"spoiler\" title=\"Spoiler\"> dies</span>");
        assertThat(html("[![raised bed](https://i.example/a.png)](https://x.example) [![](https://i.example)](/r/a)"))
                .contains("href=\"https://x.example\"", ">raised bed</a>", ">picture</a>")
                .doesNotContain("i.example");
        assertThat(Markdown.html(
                        "raised [![bed](https://i.example/a.png)](https://x.example) and more",
                        List.of(List.of(0, 13))))
                .contains("<mark>bed</mark></a> and more");
    }

    @ParameterizedTest
    @ValueSource(strings = {"^( ", ">!", "^a", "^^ ", "[^](", "!<>!", "^(a)"})
    @Timeout(5)
    void whatBeginsOftenAndEndsNowhereIsReadInOneGo(String part) {
        String text = part.repeat(50_000 / part.length() - 2) + "\n\n!<";

        assertThat(html(text)).isNotEmpty();
    }

    @Test
    void namesOfSubredditsAndUsersAreLinks() {
        assertThat(html("See r/abc_d, /r/Tea+Coffee and u/some-one; not xr/abc, and/or/u/ab or a.r/xy"))
                .contains("<a href=\"https://www.reddit.com/r/abc_d\"", ">r/abc_d</a>,")
                .contains("href=\"https://www.reddit.com/r/Tea+Coffee\"", ">/r/Tea+Coffee</a>")
                .contains("href=\"https://www.reddit.com/u/some-one\"")
                .contains("not xr/abc, and/or/u/ab or a.r/xy");
        assertThat(html("[r/abc](https://example.com) `r/abc` https://example.com/r/abc"))
                .doesNotContain("reddit.com");
        assertThat(Markdown.html("r/gardening", List.of(List.of(2, 11))))
                .contains("href=\"https://www.reddit.com/r/gardening\"", ">r/<mark>gardening</mark></a>");
    }

    @Test
    void linksLeadOutWithoutSayingWhoFollows() {
        assertThat(html("[there](https://example.com/?a=1&b=2) https://example.org/x [sub](/r/abc)"))
                .contains("href=\"https://example.com/?a=1&amp;b=2\"", "href=\"https://example.org/x\"")
                .contains("href=\"https://www.reddit.com/r/abc\"")
                .contains("rel=\"noopener noreferrer nofollow\"", "target=\"_blank\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>x()</script>",
                "<img src=x onerror=x()>",
                "<a href=\"javascript:x()\">a</a>",
                "[a](javascript:x())",
                "[a](JaVaScRiPt:x())",
                "[a](data:text/html,x)",
                "[a](vbscript:x)",
                "[a](java&#x0A;script:x())",
                "<javascript:x()>",
                "![a](https://elsewhere.example/a.png)",
                "![a](javascript:x())",
                "<svg/onload=x()>",
                "<div hx-get=/ hx-trigger=load>a</div>",
                "[a](https://ok.example \"onmouseover=x()\")",
                "```x onclick=\"x()\"\n<b>\n```",
                "[a]: javascript:x()\n\n[a]",
                "<style>*{display:none}</style>",
                "<iframe src=//elsewhere.example></iframe>",
            })
    void nothingOfItCanRunOrBeLoaded(String evil) {
        String html = html(evil);

        assertThat(html)
                .doesNotContainIgnoringCase("<script")
                .doesNotContainIgnoringCase("<img")
                .doesNotContainIgnoringCase("<svg")
                .doesNotContainIgnoringCase("<style")
                .doesNotContainIgnoringCase("<iframe")
                .doesNotContainIgnoringCase("<div")
                .doesNotContainPattern("(?i)<[^>]*href=\"(?!https?://)")
                .doesNotContainPattern("(?i)<[^>]*\\s(on\\w+|hx-\\w+|style|src|class)=");
    }

    @Test
    void whatMatchedStandsOutAlsoAcrossMarkup() {
        String text = "In a raised **bed** and at https://example.com/raised";
        assertThat(Markdown.html(text, List.of(List.of(5, 17), List.of(47, 53))))
                .contains("<mark>raised </mark><strong><mark>bed</mark></strong>")
                .contains("href=\"https://example.com/raised\"");
        assertThat(Markdown.html("\uE000a\uE001 b", List.of(List.of(4, 5))))
                .contains("<mark>b</mark>")
                .doesNotContain("\uE000");
        assertThat(Markdown.html("short", List.of(List.of(3, 400)))).contains("short");
    }

    @ParameterizedTest
    @ValueSource(strings = {">", "[", "*a **", "_*", "- ", "`", "![", "<a>", "|", "~~a", "&#", "\\", "((", "](", "1. "})
    @Timeout(20)
    void aTextThatNestsAsDeepAsItIsLongIsAnsweredAsWell(String nested) {
        String deep = nested.repeat(40_000 / nested.length());
        assertThat(html(deep + "x" + new StringBuilder(deep).reverse())).isNotNull();
    }

    @Test
    void excerptsAreOfOneLineWithTheFirstTermAmongThem() {
        String text = "Long ago. ".repeat(50) + "the **raised bed** is\n\n- here [now](https://x.example)";
        int at = text.indexOf("raised");
        List<Piece> pieces = Marked.excerpt(text, List.of(List.of(at, at + 10)), 180);
        assertThat(pieces).contains(Piece.marked("raised bed"));
        assertThat(String.join("", pieces.stream().map(Piece::text).toList()))
                .startsWith("…")
                .endsWith("raised bed is here now");
    }

    @Test
    void aDifferenceHoldsBothTexts() {
        List<Piece> pieces = Difference.between("the red house stands", "the blue house stood still");
        assertThat(text(pieces, Piece.Kind.ADDED)).isEqualTo("the red house stands");
        assertThat(text(pieces, Piece.Kind.REMOVED)).isEqualTo("the blue house stood still");
        assertThat(Difference.between("", "all new")).isNotEmpty();
        assertThat(Difference.between("same", "same")).containsExactly(Piece.plain("same"));
    }

    @Test
    @Timeout(20)
    void theLongestRepliesAreComparedInTime() {
        assertThat(Difference.between("a ".repeat(5000), "b ".repeat(5000))).isNotEmpty();
        assertThat(Difference.between("a b ".repeat(2500), "b c ".repeat(2500))).isNotEmpty();
    }

    private static String text(List<Piece> pieces, Piece.Kind without) {
        return String.join(
                "",
                pieces.stream()
                        .filter(piece -> piece.kind() != without)
                        .map(Piece::text)
                        .toList());
    }
}
