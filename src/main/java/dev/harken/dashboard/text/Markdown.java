package dev.harken.dashboard.text;

import java.util.List;
import org.commonmark.Extension;
import org.commonmark.ext.autolink.AutolinkExtension;
import org.commonmark.ext.gfm.strikethrough.StrikethroughExtension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.safety.Cleaner;
import org.jsoup.safety.Safelist;

/**
 * Makes HTML of a post's Markdown, with Reddit's own marks, that is safe to show: what is HTML in the text is shown as
 * text, pictures become links, links lead to http and https only, and whatever is not on a short list of elements is
 * dropped. A spoiler is shown as one, but not hidden: who reviews reads all of it. Thread-safe.
 */
public final class Markdown {
    /** More than Reddit takes. */
    private static final int LONGEST = 50_000;

    private static final String REDDIT = "https://www.reddit.com/";
    private static final List<Extension> EXTENSIONS =
            List.of(AutolinkExtension.create(), StrikethroughExtension.create(), TablesExtension.create());
    private static final Parser PARSER =
            Parser.builder().extensions(EXTENSIONS).maxOpenBlockParsers(50).build();
    private static final HtmlRenderer RENDERER =
            HtmlRenderer.builder().extensions(EXTENSIONS).escapeHtml(true).build();
    private static final Safelist SAFE = new Safelist()
            .addTags(
                    "a",
                    "p",
                    "br",
                    "hr",
                    "blockquote",
                    "ul",
                    "ol",
                    "li",
                    "strong",
                    "em",
                    "del",
                    "code",
                    "pre",
                    "h3",
                    "h4",
                    "h5",
                    "h6",
                    "table",
                    "thead",
                    "tbody",
                    "tr",
                    "th",
                    "td")
            .addAttributes("a", "href")
            .addProtocols("a", "href", "http", "https")
            .addEnforcedAttribute("a", "rel", "noopener noreferrer nofollow")
            .addEnforcedAttribute("a", "target", "_blank");

    private Markdown() {}

    /**
     * The HTML of a text.
     *
     * @param spans what matched, from and to in UTF-16 units, in order
     */
    public static String html(String text, List<List<Integer>> spans) {
        String cut = text.length() > LONGEST ? text.substring(0, LONGEST) : text;
        String free = Signs.free(cut);
        try {
            return clean(rendered(Signs.in(free, spans)));
        } catch (StackOverflowError e) {
            // The libraries descend into what is nested, and a text may nest as deep as it is long.
            Element paragraph = new Element("p").text(free);
            return paragraph.outerHtml();
        }
    }

    private static String rendered(String markdown) {
        Node document = PARSER.parse(markdown);
        document.accept(new RedditNodes());
        return RENDERER.render(document);
    }

    private static String clean(String html) {
        // The page has headings of its own above these.
        String lower = html.replace("<h1>", "<h3>")
                .replace("</h1>", "</h3>")
                .replace("<h2>", "<h3>")
                .replace("</h2>", "</h3>");
        Document document = new Cleaner(SAFE).clean(Jsoup.parseBodyFragment(lower, REDDIT));
        document.outputSettings().prettyPrint(false);
        // What is left of a link that leads nowhere.
        document.select("a:not([href])").unwrap();
        SignedText.resolve(document.body());
        return document.body().html();
    }
}
