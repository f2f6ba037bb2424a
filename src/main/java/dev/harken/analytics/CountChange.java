package dev.harken.analytics;

/**
 * How a count of one week stands to that of the week before, and how much of the difference may be chance.
 *
 * <p>Both counts are taken for those of independent events. Then, of all that happened in both weeks, the share of the
 * later one is a binomial proportion, which is a half when nothing changed (J. Przyborowski, H. Wilenski: Homogeneity of
 * Results in Testing Samples from Poisson Series, Biometrika 31, 1940). Its interval is Wilson's, of
 * {@link Proportion}; a share p says that the count became p / (1 - p) times what it was. What comes in bursts varies more than this says.
 */
public record CountChange(long before, long now) {
    /** With fewer than so many in both weeks together, no change but a huge one could be told from chance. */
    public static final int FEWEST = 20;

    public CountChange {
        if (before < 0 || now < 0) {
            throw new IllegalArgumentException("a count is negative: " + before + ", " + now);
        }
    }

    /** What can be said of it. */
    public Verdict verdict() {
        if (before + now < FEWEST) {
            return Verdict.TOO_FEW;
        }
        if (lowest() > 0) {
            return Verdict.MORE;
        }
        return highest() < 0 ? Verdict.FEWER : Verdict.UNCLEAR;
    }

    /** The lower end of the interval of the growth, 0.5 for half as much again, -1 for nothing left. */
    public double lowest() {
        return growth(share().lowest());
    }

    /** The upper end, which is infinite when there was nothing before. */
    public double highest() {
        return growth(share().highest());
    }

    private static double growth(double share) {
        return share >= 1 ? Double.POSITIVE_INFINITY : share / (1 - share) - 1;
    }

    private Proportion share() {
        return new Proportion(now, before + now);
    }

    /** What can be said of a change. */
    public enum Verdict {
        MORE,
        FEWER,
        /** The interval holds no change. */
        UNCLEAR,
        TOO_FEW
    }
}
