package dev.harken.dashboard.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;

/** Puts elements in the place of {@link Signs}, text by text in the order of the document. Not thread-safe. */
final class SignedText {
    /** Reddit itself shows no more steps, and a text may have as many as it is long. */
    private static final int HIGHEST = 3;

    private boolean marked;
    private boolean spoiler;
    private int raised;
    private Element block;

    private SignedText() {}

    static void resolve(Element body) {
        List<TextNode> texts = new ArrayList<>();
        body.nodeStream(TextNode.class).forEach(texts::add);
        SignedText signed = new SignedText();
        texts.forEach(signed::resolve);
    }

    private void resolve(TextNode node) {
        enter(blockOf(node));
        String text = node.getWholeText();
        if (!marked && !spoiler && raised == 0 && text.chars().noneMatch(c -> Signs.isSign((char) c))) {
            return;
        }
        List<Node> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Signs.isSign(c)) {
                flush(part, parts);
                turn(c);
            } else {
                part.append(c);
            }
        }
        flush(part, parts);
        // All at once: each insertion numbers all that follow anew.
        node.parent().insertChildren(node.siblingIndex(), parts);
        node.remove();
    }

    /** No spoiler and nothing raised goes on in the next block: the sign that ends it may have been in an address. */
    private void enter(Element entered) {
        if (!Objects.equals(entered, block)) {
            block = entered;
            spoiler = false;
            raised = 0;
        }
    }

    private static Element blockOf(TextNode node) {
        Element element = node.parent();
        while (element != null && isInline(element) && element.parent() != null) {
            element = element.parent();
        }
        return element;
    }

    /** HTML lets what is struck out be either. */
    private static boolean isInline(Element element) {
        return element.tag().isInline() || element.normalName().equals("del");
    }

    private void turn(char sign) {
        switch (sign) {
            case Signs.MARK -> marked = true;
            case Signs.MARK_END -> marked = false;
            case Signs.SPOILER -> spoiler = true;
            case Signs.SPOILER_END -> spoiler = false;
            case Signs.RAISED, Signs.RAISED_GROUP -> raised++;
            default -> raised = Math.max(0, raised - 1);
        }
    }

    private void flush(StringBuilder part, List<Node> parts) {
        if (part.isEmpty()) {
            return;
        }
        Node text = new TextNode(part.toString());
        boolean isBlank = part.toString().isBlank();
        part.setLength(0);
        if (marked && !isBlank) {
            text = new Element("mark").appendChild(text);
        }
        for (int i = 0; i < Math.min(raised, HIGHEST); i++) {
            text = new Element("sup").appendChild(text);
        }
        if (spoiler) {
            text = new Element("span")
                    .addClass("spoiler")
                    .attr("title", "Spoiler")
                    .appendChild(text);
        }
        parts.add(text);
    }
}
