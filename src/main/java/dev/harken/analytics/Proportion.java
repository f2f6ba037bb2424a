package dev.harken.analytics;

/**
 * How many of some had a property, and between which ends their true share is with 95 % confidence.
 *
 * <p>By E. B. Wilson's score interval (Probable Inference, the Law of Succession, and Statistical Inference, JASA 22,
 * 1927), which holds for small counts too. It takes the cases to be independent of each other.
 */
public record Proportion(long part, long whole) {
    /** Of the normal distribution, for 95 %. */
    private static final double Z = 1.959964;

    public Proportion {
        if (part < 0 || whole < part) {
            throw new IllegalArgumentException("no share: " + part + " of " + whole);
        }
    }

    /** The lower end, 0 to 1; 0 of none at all. */
    public double lowest() {
        return end(-1);
    }

    /** The upper end, 0 to 1; 1 of none at all. */
    public double highest() {
        return end(1);
    }

    private double end(int side) {
        if (whole == 0) {
            return side < 0 ? 0 : 1;
        }
        // Where all or none have it, the formula's end is 1 or 0 but for rounding.
        if (side < 0 && part == 0) {
            return 0;
        }
        if (side > 0 && part == whole) {
            return 1;
        }
        double all = whole;
        double share = part / all;
        double spread = Z * Math.sqrt(share * (1 - share) / all + Z * Z / (4 * all * all));
        return (share + Z * Z / (2 * all) + side * spread) / (1 + Z * Z / all);
    }
}
