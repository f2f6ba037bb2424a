package dev.harken.posts;

/**
 * Posts that nobody has reviewed.
 *
 * @param overdue how many of them wait for longer than their clients want
 */
public record Unreviewed(int posts, int overdue) {
    public static final Unreviewed NONE = new Unreviewed(0, 0);

    public Unreviewed plus(Unreviewed other) {
        return new Unreviewed(posts + other.posts, overdue + other.overdue);
    }
}
