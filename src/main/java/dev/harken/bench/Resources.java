package dev.harken.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Texts that come along, beside this class. */
final class Resources {
    /** Ordinary words, to cut posts and drafts from. */
    static final String WORDS = text("words.txt");

    private Resources() {}

    private static String text(String name) {
        try (InputStream resource = Resources.class.getResourceAsStream(name)) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
