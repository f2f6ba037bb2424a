package dev.harken.cache;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * An answer as it goes over the wire: its body, plain and compressed, and what else a caller has to know of it. The one
 * form is made out of the other when it is first asked for. Immutable, as long as nobody writes to the arrays, and safe
 * for use by several threads.
 */
public final class Answer {
    /** Below this, a packet holds it either way. */
    private static final int WORTH_COMPRESSING = 1400;

    private final String tag;
    private final Map<String, String> links;
    private final Instant asOf;
    private final int length;
    private volatile byte[] plain;
    private volatile byte[] compressed;

    private Answer(String tag, Map<String, String> links, Instant asOf, int length, byte[] plain, byte[] compressed) {
        this.tag = tag;
        this.links = Map.copyOf(links);
        this.asOf = asOf;
        this.length = length;
        this.plain = plain;
        this.compressed = compressed;
    }

    /**
     * An answer that was just made.
     *
     * @param links where the neighbours of the answer are found, by their relation
     */
    public static Answer of(byte[] body, Map<String, String> links) {
        return new Answer(tag(body, links), links, null, body.length, body, null);
    }

    /** The same answer, which says as of when it is true. Its tag stays: whoever asks again is told anew. */
    public Answer asOf(Instant time) {
        return new Answer(tag, links, time, length, plain, compressed);
    }

    /**
     * Two checksums, which the processor computes itself: a digest took as long as half of a 304. Not against forgery:
     * who could forge a body is the one who reads it. With the links: a page that is as it was may have a next one now,
     * which whoever hears of no change would never learn.
     */
    private static String tag(byte[] body, Map<String, String> links) {
        byte[] neighbours = new TreeMap<>(links).toString().getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().toHexDigits(sum(new CRC32(), body, neighbours), 8)
                + HexFormat.of().toHexDigits(sum(new CRC32C(), body, neighbours), 8);
    }

    private static long sum(Checksum sum, byte[] body, byte[] neighbours) {
        sum.update(body, 0, body.length);
        sum.update(neighbours, 0, neighbours.length);
        return sum.getValue();
    }

    static Answer compressed(String tag, Map<String, String> links, int length, byte[] compressed) {
        return new Answer(tag, links, null, length, null, compressed);
    }

    static Answer plain(String tag, Map<String, String> links, byte[] plain) {
        return new Answer(tag, links, null, plain.length, plain, null);
    }

    /** Changes when the body or a link does: the strong entity tag, without quotes. */
    public String tag() {
        return tag;
    }

    public Map<String, String> links() {
        return links;
    }

    /** As of when it is true, of what may be older than the answer. */
    public Optional<Instant> asOf() {
        return Optional.ofNullable(asOf);
    }

    /** Bytes of the plain body. */
    public int length() {
        return length;
    }

    /** Whether to compress it saves more than it costs. */
    public boolean isWorthCompressing() {
        return length >= WORTH_COMPRESSING;
    }

    public byte[] plain() {
        byte[] known = plain;
        if (known == null) {
            known = inflate(compressed, length);
            plain = known;
        }
        return known;
    }

    /** The body as gzip has it. */
    public byte[] compressed() {
        byte[] known = compressed;
        if (known == null) {
            known = deflate(plain);
            compressed = known;
        }
        return known;
    }

    private static byte[] deflate(byte[] plain) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(plain.length / 4);
        try (GZIPOutputStream gzip = new FastGzip(out)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] inflate(byte[] compressed, int length) {
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
            return gzip.readNBytes(length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** At its fastest, JSON is a tenth longer than at the default, for a third of the time. */
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(ByteArrayOutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
