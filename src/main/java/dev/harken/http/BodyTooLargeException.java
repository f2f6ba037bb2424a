package dev.harken.http;

import java.io.IOException;

/** A request's body is longer than Harken reads. */
final class BodyTooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    BodyTooLargeException(long limit) {
        super("The body is longer than " + limit / 1024 + " KiB.");
    }
}
