package dev.harken.monitoring.reddit;

import dev.harken.monitoring.reddit.SourceException.Kind;
import java.time.Instant;

/** What an answer other than 200 means, where the caller has no better word for it. */
final class Failures {
    private Failures() {}

    static SourceException of(Answer answer, String what, Instant now) {
        int status = answer.status();
        if (status >= 500) {
            return new SourceException(
                    Kind.UNAVAILABLE,
                    "Reddit is out of order (" + status + " to " + what + "); the next scan tries again",
                    RateBudget.retryAfter(answer, now).orElse(null));
        }
        if (status == 403) {
            return new SourceException(
                    Kind.BLOCKED,
                    "Reddit turns this client away (403 to " + what
                            + "); check REDDIT_USER_AGENT, and whether access was granted");
        }
        if (status == 404) {
            return new SourceException(
                    Kind.MISSING, "Reddit knows no " + what + " (404); check REDDIT_AUTH_URL and REDDIT_API_URL");
        }
        if (answer.isRedirect()) {
            return new SourceException(
                    Kind.MALFORMED,
                    "Reddit redirects " + what + " (" + status
                            + "), which is not followed; check REDDIT_AUTH_URL and REDDIT_API_URL");
        }
        return new SourceException(Kind.MALFORMED, "Reddit answers " + what + " with " + status);
    }
}
