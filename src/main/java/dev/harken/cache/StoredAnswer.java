package dev.harken.cache;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * An answer, with the generation whose rows it was made of. Its bytes are those in Redis, compressed where that pays:
 * Redis may be on another machine.
 */
record StoredAnswer(Generation generation, Answer answer) {
    /** Changes with the form of the bytes: what another version of Harken wrote is not there. */
    private static final byte VERSION = 2;

    /** The answer, if the tenant's rows are still of its generation. */
    Optional<Answer> as(Generation now) {
        return generation.equals(now) ? Optional.of(answer) : Optional.empty();
    }

    byte[] toBytes() {
        boolean compress = answer.isWorthCompressing();
        byte[] body = compress ? answer.compressed() : answer.plain();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length + 500);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeUTF(generation.value());
            out.writeUTF(answer.tag());
            out.writeByte(answer.links().size());
            for (Map.Entry<String, String> link : answer.links().entrySet()) {
                out.writeUTF(link.getKey());
                out.writeUTF(link.getValue());
            }
            out.writeUTF(answer.asOf().map(Instant::toString).orElse(""));
            out.writeInt(answer.length());
            out.writeBoolean(compress);
            out.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] content = bytes.toByteArray();
        return ByteBuffer.allocate(content.length + Integer.BYTES)
                .put(content)
                .putInt(checksum(content, content.length))
                .array();
    }

    /** Empty for bytes that this version did not write, or that are not as it wrote them. */
    static Optional<StoredAnswer> read(byte[] bytes) {
        int length = bytes.length - Integer.BYTES;
        if (length <= 0 || ByteBuffer.wrap(bytes).getInt(length) != checksum(bytes, length)) {
            return Optional.empty();
        }
        return parse(new ByteArrayInputStream(bytes, 0, length));
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, 0, length);
        return (int) sum.getValue();
    }

    private static Optional<StoredAnswer> parse(ByteArrayInputStream content) {
        try (DataInputStream in = new DataInputStream(content)) {
            if (in.readByte() != VERSION) {
                return Optional.empty();
            }
            Generation generation = new Generation(in.readUTF());
            String tag = in.readUTF();
            Map<String, String> links = new HashMap<>();
            for (int left = in.readUnsignedByte(); left > 0; left--) {
                links.put(in.readUTF(), in.readUTF());
            }
            String asOf = in.readUTF();
            int length = in.readInt();
            boolean compressed = in.readBoolean();
            byte[] body = in.readAllBytes();
            Answer answer = compressed ? Answer.compressed(tag, links, length, body) : Answer.plain(tag, links, body);
            return Optional.of(
                    new StoredAnswer(generation, asOf.isEmpty() ? answer : answer.asOf(Instant.parse(asOf))));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
