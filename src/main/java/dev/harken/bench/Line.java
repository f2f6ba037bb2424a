package dev.harken.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One open connection to Harken, for callers that cost next to nothing: they share its cores. It reads as much of
 * HTTP/1.1 as the measured answers hold, which state their length, and counts their bytes without looking at them. Not
 * for several threads at once.
 */
final class Line implements AutoCloseable {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3})");
    private static final Pattern LENGTH = Pattern.compile("\r\nContent-Length: *(\\d+)", Pattern.CASE_INSENSITIVE);
    private static final Pattern TAG = Pattern.compile("\r\nETag: *([^\r]+)", Pattern.CASE_INSENSITIVE);
    private static final String END_OF_HEAD = "\r\n\r\n";
    private static final int NOT_MODIFIED = 304;
    private static final int BUFFER = 256 * 1024;
    /** Those of the measured answers have some hundred bytes. */
    private static final int LONGEST_HEAD = 4 * 1024;

    private final SocketChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);

    private Line(SocketChannel channel) {
        this.channel = channel;
    }

    static Line open(int port) throws IOException {
        return new Line(SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
    }

    /**
     * Asks and reads the answer to its end.
     *
     * @throws EOFException if the other side has closed the connection, which it may do when it was idle for long
     */
    Api.Answer get(String path, Map<String, String> headers) throws IOException {
        send(path, headers);
        String head = head();
        int status = Integer.parseInt(
                first(STATUS, head).orElseThrow(() -> new IOException(path + " was not answered by HTTP/1.1")));
        long length = status == NOT_MODIFIED
                ? 0
                : Long.parseLong(first(LENGTH, head)
                        .orElseThrow(() -> new IOException(path + " answered " + status + " without its length")));
        skip(length - buffer.remaining());
        return new Api.Answer(status, first(TAG, head).orElse(""), length);
    }

    private void send(String path, Map<String, String> headers) throws IOException {
        StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n");
        headers.forEach(
                (name, value) -> request.append(name).append(": ").append(value).append("\r\n"));
        ByteBuffer bytes = ByteBuffer.wrap(request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Leaves in the buffer what has come of the body already. */
    private String head() throws IOException {
        buffer.clear();
        while (true) {
            read();
            // The body may have come with it, and is not to be made text.
            ByteBuffer beginning = buffer.duplicate().flip().limit(Math.min(buffer.position(), LONGEST_HEAD));
            String text = StandardCharsets.ISO_8859_1.decode(beginning).toString();
            int end = text.indexOf(END_OF_HEAD);
            if (end >= 0) {
                buffer.flip().position(end + END_OF_HEAD.length());
                return text.substring(0, end);
            }
            if (text.length() == LONGEST_HEAD) {
                throw new IOException("the head of an answer is longer than " + LONGEST_HEAD + " bytes");
            }
        }
    }

    private void skip(long bytes) throws IOException {
        for (long left = bytes; left > 0; left -= buffer.position()) {
            buffer.clear();
            read();
        }
    }

    private void read() throws IOException {
        if (channel.read(buffer) < 0) {
            throw new EOFException("Harken closed the connection");
        }
    }

    private static Optional<String> first(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        return found.find() ? Optional.of(found.group(1)) : Optional.empty();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
