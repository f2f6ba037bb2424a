package dev.harken.monitoring.notify;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes posts as an Atom feed (RFC 4287). The same posts are always written alike. */
final class AtomFeed {
    private static final String ATOM = "http://www.w3.org/2005/Atom";
    private static final int LONGEST_SUMMARY = 1000;

    private AtomFeed() {}

    static byte[] of(Channel channel, List<Told.Post> posts) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("feed");
            xml.writeDefaultNamespace(ATOM);
            element(xml, "id", id(channel));
            element(xml, "title", "Harken: " + channel.name());
            element(
                    xml,
                    "updated",
                    posts.stream()
                            .map(Told.Post::createdAt)
                            .max(Instant::compareTo)
                            .orElse(channel.createdAt())
                            .toString());
            author(xml, "Harken");
            for (Told.Post post : posts) {
                entry(xml, channel, post);
            }
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("a feed cannot be written", e);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String id(Channel channel) {
        return "urn:uuid:"
                + UUID.nameUUIDFromBytes(
                        ("harken feed " + channel.id() + " " + channel.createdAt()).getBytes(StandardCharsets.UTF_8));
    }

    private static void entry(XMLStreamWriter xml, Channel channel, Told.Post post) throws XMLStreamException {
        xml.writeStartElement("entry");
        element(xml, "id", id(channel) + ":" + post.id());
        element(xml, "title", post.title());
        element(xml, "updated", post.createdAt().toString());
        if (post.postedAt().isPresent()) {
            element(xml, "published", post.postedAt().get().toString());
        }
        if (post.author().isPresent()) {
            author(xml, "u/" + post.author().get());
        }
        xml.writeEmptyElement("link");
        xml.writeAttribute("rel", "alternate");
        xml.writeAttribute("href", legal(Excerpt.urlSafe(post.permalink())));
        xml.writeEmptyElement("category");
        xml.writeAttribute("term", legal("r/" + post.subreddit()));
        for (String keyword : post.keywords()) {
            xml.writeEmptyElement("category");
            xml.writeAttribute("term", legal(keyword));
        }
        element(xml, "summary", Excerpt.of(post.content(), LONGEST_SUMMARY));
        xml.writeEndElement();
    }

    private static void author(XMLStreamWriter xml, String name) throws XMLStreamException {
        xml.writeStartElement("author");
        element(xml, "name", name);
        xml.writeEndElement();
    }

    private static void element(XMLStreamWriter xml, String name, String text) throws XMLStreamException {
        xml.writeStartElement(name);
        xml.writeCharacters(legal(text));
        xml.writeEndElement();
    }

    /** XML has no way to write some characters, not even by number. */
    private static String legal(String text) {
        return text.codePoints()
                .filter(point -> point == '\t'
                        || point == '\n'
                        || point == '\r'
                        || (point >= 0x20 && point <= 0xD7FF)
                        || (point >= 0xE000 && point <= 0xFFFD)
                        || point >= 0x10000)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
