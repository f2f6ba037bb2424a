package dev.harken.dashboard.text;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Image;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;

/**
 * Makes of a parsed text what Reddit makes of it: links of the bare names of subreddits and users, links of pictures, and
 * in code, what was written.
 */
final class RedditNodes extends AbstractVisitor {
    /** With the signs around what matched, which may be but a part of the name. */
    private static final Pattern NAME = Pattern.compile(
            "(?<![A-Za-z0-9_/.])/?(?:r/[A-Za-z0-9_+\uE000\uE001]{2,100}" + "|u/[A-Za-z0-9_\\-\uE000\uE001]{3,25})");

    @Override
    public void visit(Link link) {
        link.setDestination(Signs.plain(link.getDestination()));
        new Unlinked().visitChildrenOf(link);
    }

    /** A picture of another host would tell that host who reads. */
    @Override
    public void visit(Image image) {
        new Unlinked().visitChildrenOf(image);
        Link link = new Link(Signs.plain(image.getDestination()), null);
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

    @Override
    public void visit(Text text) {
        String literal = text.getLiteral();
        Matcher name = NAME.matcher(literal);
        int at = 0;
        while (name.find()) {
            if (name.start() > at) {
                text.insertBefore(new Text(literal.substring(at, name.start())));
            }
            String path = Signs.plain(name.group());
            Link link = new Link("https://www.reddit.com/" + (path.startsWith("/") ? path.substring(1) : path), null);
            link.appendChild(new Text(name.group()));
            text.insertBefore(link);
            at = name.end();
        }
        if (at > 0) {
            text.setLiteral(literal.substring(at));
        }
    }

    @Override
    public void visit(Code code) {
        code.setLiteral(Signs.written(code.getLiteral()));
    }

    @Override
    public void visit(FencedCodeBlock code) {
        code.setLiteral(Signs.written(code.getLiteral()));
    }

    @Override
    public void visit(IndentedCodeBlock code) {
        code.setLiteral(Signs.written(code.getLiteral()));
    }

    /** What is in a link already, where no other may be. */
    private static final class Unlinked extends AbstractVisitor {
        void visitChildrenOf(Node node) {
            visitChildren(node);
        }

        /** A picture that is a link already leads where that leads. */
        @Override
        public void visit(Image image) {
            visitChildren(image);
            if (image.getFirstChild() == null) {
                image.insertBefore(new Text("picture"));
            }
            for (Node child = image.getFirstChild(); child != null; child = image.getFirstChild()) {
                image.insertBefore(child);
            }
            image.unlink();
        }

        @Override
        public void visit(Code code) {
            code.setLiteral(Signs.written(code.getLiteral()));
        }
    }
}
