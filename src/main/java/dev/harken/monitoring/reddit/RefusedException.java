package dev.harken.monitoring.reddit;

/** Reddit refuses a group of subreddits, of which one or more can't be read. The message continues {@code r/name …}. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedException(String why) {
        super(why);
    }
}
