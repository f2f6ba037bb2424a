package dev.harken.monitoring.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class AtomFeedTest {
    private static final String ATOM = "http://www.w3.org/2005/Atom";

    @Test
    void whatComesFromRedditIsText() throws Exception {
        String title = "</title><script>alert('1')</script> & ]]> 😀";
        Document feed = parse(AtomFeed.of(feed(), List.of(Tellings.one(title, title))));

        Element entry = (Element) feed.getElementsByTagNameNS(ATOM, "entry").item(0);
        assertThat(text(entry, "title")).isEqualTo(title);
        assertThat(text(entry, "summary")).isEqualTo(title);
        assertThat(text(entry, "updated")).isEqualTo("2026-03-02T10:00:00Z");
        assertThat(((Element) entry.getElementsByTagNameNS(ATOM, "link").item(0)).getAttribute("href"))
                .isEqualTo("https://www.reddit.com/r/Gardening/comments/abc/x/");
        assertThat(feed.getElementsByTagName("script").getLength()).isZero();
    }

    @Test
    void whatXmlCannotSayIsLeftOut() throws Exception {
        Document feed = parse(AtomFeed.of(feed(), List.of(Tellings.one("a\u0001b\uFFFEc\uD800d\u001Be", "x"))));

        assertThat(text((Element) feed.getElementsByTagNameNS(ATOM, "entry").item(0), "title"))
                .isEqualTo("abcde");
    }

    @Test
    void anEmptyFeedIsOne() throws Exception {
        Document feed = parse(AtomFeed.of(feed(), List.of()));

        assertThat(text(feed.getDocumentElement(), "updated")).isEqualTo("2026-03-02T10:00:00Z");
    }

    private static Channel feed() throws Exception {
        Channel channel = new Channel(1, ChannelKind.FEED, Tellings.AT);
        channel.apply(
                new ChannelChange(null, "A & B", null, null, null, null, null, null, null, null, null), Tellings.AT);
        var id = Channel.class.getDeclaredField("id");
        id.setAccessible(true);
        id.set(channel, 5L);
        return channel;
    }

    private static String text(Element parent, String name) {
        return Optional.ofNullable(parent.getElementsByTagNameNS(ATOM, name).item(0))
                .orElseThrow()
                .getTextContent();
    }

    private static Document parse(byte[] feed) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(feed));
    }
}
