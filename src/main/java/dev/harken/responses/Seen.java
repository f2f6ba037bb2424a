package dev.harken.responses;

/**
 * Which text of a response somebody saw before they changed it.
 *
 * @param revision the response's revision then, or -1 for those who do not say
 */
public record Seen(int revision) {
    /** For those who do not say, and change whatever is there. */
    public static final Seen ANY = new Seen(-1);

    boolean isOutdated(AiResponse response) {
        return revision >= 0 && revision != response.revision();
    }
}
