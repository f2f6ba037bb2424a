package dev.harken.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import java.io.IOException;

/**
 * Reads text from JSON, and nothing but text: a number is no text. Refuses what PostgreSQL cannot store: the NUL character, and halves of surrogate
 * pairs.
 */
final class PlainText extends StdScalarDeserializer<String> {
    static final String REFUSAL = "holds a character that cannot be stored (NUL, or half of a surrogate pair)";
    private static final long serialVersionUID = 1L;

    PlainText() {
        super(String.class);
    }

    @Override
    public String deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        if (!parser.hasToken(JsonToken.VALUE_STRING)) {
            return (String) context.handleUnexpectedToken(String.class, parser);
        }
        String text = parser.getText();
        if (!isStorable(text)) {
            throw context.weirdStringException(text, String.class, REFUSAL);
        }
        return text;
    }

    static boolean isStorable(String text) {
        return text.indexOf('\0') < 0
                && text.codePoints()
                        .noneMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
    }
}
