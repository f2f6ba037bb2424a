package dev.harken.database;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;

/**
 * Text on its way from PostgreSQL into JSON: UTF-8 at both ends, so it is not decoded and encoded again in between,
 * which would be a third of the work for a list of posts.
 */
public final class Utf8Text extends JsonSerializable.Base {
    private static final Utf8Text EMPTY = new Utf8Text(new byte[0]);

    private final byte[] utf8;

    private Utf8Text(byte[] utf8) {
        this.utf8 = utf8;
    }

    public static Utf8Text of(String text) {
        return new Utf8Text(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A column of type {@code text} or {@code varchar}; empty text when it is null. */
    public static Utf8Text orEmpty(ResultSet row, int column) throws SQLException {
        // The driver hands out a text column's bytes as they came, and it has the server send UTF-8.
        byte[] utf8 = row.getBytes(column);
        return utf8 == null ? EMPTY : new Utf8Text(utf8);
    }

    /** The same, but null where the column is. */
    public static Utf8Text orNull(ResultSet row, int column) throws SQLException {
        byte[] utf8 = row.getBytes(column);
        return utf8 == null ? null : new Utf8Text(utf8);
    }

    @Override
    public void serialize(JsonGenerator json, SerializerProvider provider) throws IOException {
        byte[] escaped = JsonEscapes.escape(utf8);
        json.writeRawUTF8String(escaped, 0, escaped.length);
    }

    @Override
    public void serializeWithType(JsonGenerator json, SerializerProvider provider, TypeSerializer type)
            throws IOException {
        serialize(json, provider);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Utf8Text text && Arrays.equals(utf8, text.utf8);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(utf8);
    }

    @Override
    public String toString() {
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
