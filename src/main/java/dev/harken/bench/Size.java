package dev.harken.bench;

/** How many rows a database is filled with. Posts go round the clients, responses and events round the posts. */
public record Size(int clients, int posts, int responses, int events) {
    /** A page of 100 posts with three responses each is about what a busy client's reviewer sees. */
    public static final Size DEFAULT = new Size(100, 200_000, 600_000, 1_000_000);

    private static final int LEAST_POSTS = 10;

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if there is not at least one client, ten posts, a response and an event
     */
    public Size {
        if (clients < 1 || posts < LEAST_POSTS || responses < 1 || events < 1) {
            throw new IllegalArgumentException("the bench needs at least 1 client, " + LEAST_POSTS
                    + " posts, 1 response and 1 event; it was asked for " + clients + ", " + posts + ", " + responses
                    + " and " + events);
        }
    }

    /** The same clients with a tenth of everything else. */
    Size tenth() {
        return new Size(
                clients, Math.max(LEAST_POSTS, posts / 10), Math.max(1, responses / 10), Math.max(1, events / 10));
    }

    @Override
    public String toString() {
        return "%,d clients, %,d posts, %,d responses, %,d events".formatted(clients, posts, responses, events);
    }
}
