package dev.harken.database;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Escapes UTF-8 for JSON as Jackson does, but looks at eight bytes at a time, and copies what is between two escapes at
 * once. Byte by byte, as Jackson goes, was a twelfth of Harken's share of a list.
 */
final class JsonEscapes {
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long QUOTES = '"' * EACH;
    private static final long BACKSLASHES = '\\' * EACH;
    private static final long SPACES = ' ' * EACH;
    /** By the byte that is escaped. */
    private static final byte[][] ESCAPES = new byte['\\' + 1][];

    static {
        for (int character = 0; character < ESCAPES.length; character++) {
            if (isEscaped((byte) character)) {
                ESCAPES[character] = JsonStringEncoder.getInstance().quoteAsUTF8(Character.toString(character));
            }
        }
    }

    private JsonEscapes() {}

    /** The text as it may stand between quotes; the same array when there is nothing to escape. */
    static byte[] escape(byte[] utf8) {
        int first = next(utf8, 0);
        if (first == utf8.length) {
            return utf8;
        }
        byte[] escaped = new byte[length(utf8, first)];
        int from = 0;
        int to = 0;
        for (int at = first; at < utf8.length; at = next(utf8, from)) {
            System.arraycopy(utf8, from, escaped, to, at - from);
            to += at - from;
            byte[] escape = ESCAPES[utf8[at]];
            System.arraycopy(escape, 0, escaped, to, escape.length);
            to += escape.length;
            from = at + 1;
        }
        System.arraycopy(utf8, from, escaped, to, utf8.length - from);
        return escaped;
    }

    private static int length(byte[] utf8, int first) {
        int length = utf8.length;
        for (int at = first; at < utf8.length; at = next(utf8, at + 1)) {
            length += ESCAPES[utf8[at]].length - 1;
        }
        return length;
    }

    /** Where the next byte is that has to be escaped; the end when there is none. */
    private static int next(byte[] utf8, int from) {
        int at = from;
        while (at + Long.BYTES <= utf8.length && !hasEscaped((long) EIGHT.get(utf8, at))) {
            at += Long.BYTES;
        }
        while (at < utf8.length && !isEscaped(utf8[at])) {
            at++;
        }
        return at;
    }

    /** Whether one of eight bytes is. */
    private static boolean hasEscaped(long eight) {
        return ((lesser(eight, SPACES) | lesser(eight ^ QUOTES, EACH) | lesser(eight ^ BACKSLASHES, EACH)) & HIGH_BITS)
                != 0;
    }

    /**
     * Has a byte's high bit set if one of the eight is ASCII and less than those of the limit: "Bit Twiddling Hacks",
     * where a word has a byte less than n. A byte above one that is may have it, too.
     */
    private static long lesser(long eight, long limits) {
        return (eight - limits) & ~eight;
    }

    /** A control character, a quote or a backslash; what is not ASCII is negative. */
    private static boolean isEscaped(byte utf8) {
        return utf8 >= 0 && (utf8 < ' ' || utf8 == '"' || utf8 == '\\');
    }
}
