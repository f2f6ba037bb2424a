package dev.harken.http;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;

/**
 * A place in a list that is ordered by time and id: the key of the row at its edge.
 *
 * @param at the row's time, to the microsecond that PostgreSQL keeps; the epoch for lists ordered by id alone
 * @param id the row's id
 * @param backward true to read towards the start of the list
 */
public record Cursor(Instant at, long id, boolean backward) {
    private static final byte VERSION = 1;
    private static final int LENGTH = 1 + 1 + Long.BYTES + Long.BYTES;
    /** PostgreSQL's own range of times is narrower than Instant's. */
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

    /** The opaque form that goes over the wire. */
    public String encode() {
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH);
        bytes.put(VERSION).put((byte) (backward ? 1 : 0));
        bytes.putLong(ChronoUnit.MICROS.between(Instant.EPOCH, at)).putLong(id);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /** Reads a cursor, or ends the request with 400 when nobody was ever given it. */
    static Cursor decode(String text) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
            if (bytes.remaining() == LENGTH && bytes.get() == VERSION) {
                boolean backward = bytes.get() == 1;
                Instant at = Instant.EPOCH.plus(bytes.getLong(), ChronoUnit.MICROS);
                long id = bytes.getLong();
                if (at.isAfter(EARLIEST) && at.isBefore(LATEST)) {
                    return new Cursor(at, id, backward);
                }
            }
        } catch (IllegalArgumentException | ArithmeticException e) {
            // Answered below like every other text that is not a cursor.
        }
        throw ProblemException.badParameter(
                "cursor", "is not one that was given out; take it from a Link header, or leave it out");
    }
}
