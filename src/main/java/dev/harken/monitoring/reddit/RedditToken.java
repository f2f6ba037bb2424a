package dev.harken.monitoring.reddit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.harken.monitoring.reddit.SourceException.Kind;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access token of this process, fetched with the client's credentials and renewed before it ends. Thread-safe: one
 * caller fetches, the others wait for it.
 */
final class RedditToken {
    private static final Logger LOG = LoggerFactory.getLogger(RedditToken.class);
    private static final String WHAT = "POST /api/v1/access_token";

    /** How long before its end a token is renewed, so that none ends on its way. */
    private static final Duration MARGIN = Duration.ofMinutes(1);

    /** The lifetimes seen are an hour and a day; a token that names none, or nonsense, gets the shorter. */
    private static final long USUAL_SECONDS = 3600;

    private static final long LONGEST_SECONDS = 86_400;

    /** What may stand in an Authorization header. */
    private static final Predicate<String> TOKEN =
            Pattern.compile("[\\x21-\\x7e]{1,4096}").asMatchPredicate();

    private final Exchanges exchanges;
    private final RateBudget budget;
    private final HttpRequest request;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private String token;
    private Instant renewAt = Instant.MIN;

    RedditToken(Exchanges exchanges, URI authUrl, String clientId, String clientSecret, String userAgent, Clock clock) {
        this.exchanges = exchanges;
        this.budget = new RateBudget(BudgetKeeper.inProcess(), clock);
        this.clock = clock;
        String credentials =
                Base64.getEncoder().encodeToString((clientId + ":" + clientSecret).getBytes(StandardCharsets.UTF_8));
        this.request = HttpRequest.newBuilder(URI.create(authUrl + "/api/v1/access_token"))
                .header("Authorization", "Basic " + credentials)
                .header("User-Agent", userAgent)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials"))
                .build();
    }

    /** A token that is good for a while yet. */
    String current() throws SourceException, InterruptedException {
        lock.lockInterruptibly();
        try {
            if (token == null || !clock.instant().isBefore(renewAt)) {
                fetch();
            }
            return token;
        } finally {
            lock.unlock();
        }
    }

    /** Forgets a token that was refused, unless it has been replaced since. */
    void refused(String refused) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (refused.equals(token)) {
                token = null;
            }
        } finally {
            lock.unlock();
        }
    }

    private void fetch() throws SourceException, InterruptedException {
        budget.take();
        Instant asked = clock.instant();
        Answer answer = exchanges.send(request, WHAT);
        SourceException throttled = budget.learn(answer).orElse(null);
        if (throttled != null) {
            throw throttled;
        }
        JsonNode body = body(answer);
        String fetched = body.path("access_token").asText();
        if (!TOKEN.test(fetched)) {
            throw new SourceException(Kind.MALFORMED, "Reddit's answer to " + WHAT + " holds no usable token");
        }
        long seconds = body.path("expires_in").asLong(USUAL_SECONDS);
        Duration lifetime = Duration.ofSeconds(seconds <= 0 ? USUAL_SECONDS : Math.min(seconds, LONGEST_SECONDS));
        Duration margin = MARGIN.compareTo(lifetime.dividedBy(2)) < 0 ? MARGIN : lifetime.dividedBy(2);
        token = fetched;
        renewAt = asked.plus(lifetime).minus(margin);
        LOG.info("reddit token: fetched seconds={} renew_at={}", lifetime.toSeconds(), renewAt);
    }

    private JsonNode body(Answer answer) throws SourceException {
        int status = answer.status();
        // An error may come with status 200 as well.
        String error = answer.json().map(body -> Words.of(body.path("error"))).orElse("");
        if (status == 400 || status == 401 || (status == 200 && !error.isEmpty())) {
            throw new SourceException(
                    Kind.UNAUTHORIZED,
                    "Reddit refuses the credentials (" + (error.isEmpty() ? status : error)
                            + "); check REDDIT_CLIENT_ID and REDDIT_CLIENT_SECRET");
        }
        if (status != 200) {
            throw Failures.of(answer, WHAT, clock.instant());
        }
        return answer.json()
                .orElseThrow(() ->
                        new SourceException(Kind.MALFORMED, "Reddit's answer to " + WHAT + " is not a JSON object"));
    }
}
