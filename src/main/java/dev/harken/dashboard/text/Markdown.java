package dev.harken.dashboard.text;

import java.util.ArrayList;
import java.util.List;
import org.commonmark.Extension;
import org.commonmark.ext.autolink.AutolinkExtension;
import org.commonmark.ext.gfm.strikethrough.StrikethroughExtension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.TextNode;
import org.jsoup.safety.Cleaner;
import org.jsoup.safety.Safelist;

/**
 * Makes HTML of a post's Markdown that is safe to show: what is HTML in the text is shown as text, pictures become
 * links, links lead to http and https only, and whatever is not on a short list of elements is dropped. Thread-safe.
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

    /** Stand around what matched on its way through the renderer; for private use, so no text needs them. */
    private static final char START = '\uE000';

    private static final char END = '\uE001';

    private Markdown() {}

    /**
     * The HTML of a text.
     *
     * @param spans what matched, from and to in UTF-16 units, in order
     */
    public static String html(String text, List<List<Integer>> spans) {
        String cut = text.length() > LONGEST ? text.substring(0, LONGEST) : text;
        String plain = cut.replace(START, '\uFFFD').replace(END, '\uFFFD');
        try {
            return clean(rendered(marked(plain, spans)));
        } catch (StackOverflowError e) {
            // The libraries descend into what is nested, and a text may nest as deep as it is long.
            Element paragraph = new Element("p").text(plain);
            return paragraph.outerHtml();
        }
    }

    private static String marked(String text, List<List<Integer>> spans) {
        StringBuilder marked = new StringBuilder(text);
        for (int i = spans.size() - 1; i >= 0; i--) {
            int from = spans.get(i).get(0);
            int to = spans.get(i).get(1);
            if (from < to && to <= text.length()) {
                marked.insert(to, END).insert(from, START);
            }
        }
        return marked.toString();
    }

    private static String rendered(String markdown) {
        Node document = PARSER.parse(markdown);
        document.accept(new AbstractVisitor() {
            @Override
            public void visit(Link link) {
                link.setDestination(unmarked(link.getDestination()));
                visitChildren(link);
            }

            /** A picture of another host would tell that host who reads. */
            @Override
            public void visit(Image image) {
                visitChildren(image);
                Link link = new Link(unmarked(image.getDestination()), null);
                List<Node> children = new ArrayList<>();
                for (Node child = image.getFirstChild(); child != null; child = child.getNext()) {
                    children.add(child);
                }
                children.forEach(link::appendChild);
                if (children.isEmpty()) {
                    link.appendChild(new Text("picture"));
                }
                image.insertAfter(link);
                image.unlink();
            }
        });
        return RENDERER.render(document);
    }

    private static String unmarked(String address) {
        return address.replace(String.valueOf(START), "").replace(String.valueOf(END), "");
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
        List<TextNode> texts = new ArrayList<>();
        document.body().nodeStream(TextNode.class).forEach(texts::add);
        boolean marking = false;
        for (TextNode text : texts) {
            marking = mark(text, marking);
        }
        return document.body().html();
    }

    /** Puts what stands between the signs into elements, also where it goes on in the next text. */
    private static boolean mark(TextNode node, boolean marking) {
        String text = node.getWholeText();
        if (!marking && text.indexOf(START) < 0 && text.indexOf(END) < 0) {
            return false;
        }
        boolean within = marking;
        StringBuilder part = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == START || c == END) {
                flush(node, part, within);
                within = c == START;
            } else {
                part.append(c);
            }
        }
        flush(node, part, within);
        node.remove();
        return within;
    }

    private static void flush(TextNode before, StringBuilder part, boolean marked) {
        if (!part.isEmpty()) {
            TextNode text = new TextNode(part.toString());
            before.before(marked && !part.toString().isBlank() ? new Element("mark").appendChild(text) : text);
            part.setLength(0);
        }
    }
}
