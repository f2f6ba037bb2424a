package dev.harken.monitoring.reddit;

import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.harken.monitoring.reddit.SourceException.Kind;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Calls of Reddit's API, each with a token, within the budget, and never waiting for either. Thread-safe. */
final class RedditApi {
    private static final String NEWEST = "GET /r/…/new";
    private static final String RULES = "GET /r/…/about/rules";
    private static final String INFO = "GET /api/info";

    /** Digits to the base of 36; nothing in them needs escaping. */
    private static final Predicate<String> ID =
            Pattern.compile("(?:t1_)?[a-z0-9]{1,20}").asMatchPredicate();

    private final Exchanges exchanges;
    private final RedditToken token;
    private final RateBudget budget;
    private final ListingReader reader;
    private final URI apiUrl;
    private final String userAgent;
    private final Clock clock;
    private final Timer calls;

    RedditApi(
            Exchanges exchanges,
            RedditToken token,
            BudgetKeeper keeper,
            URI apiUrl,
            String userAgent,
            MetricRegistry metrics,
            Clock clock) {
        this.exchanges = exchanges;
        this.token = token;
        this.budget = new RateBudget(keeper, clock);
        this.reader = new ListingReader(clock);
        this.apiUrl = apiUrl;
        this.userAgent = userAgent;
        this.clock = clock;
        this.calls = metrics.timer("reddit.calls");
        metrics.gauge("reddit.remaining", () -> budget::remaining);
    }

    /**
     * A page of the newest posts of a group of subreddits, at most 100 or a few more, or of their comments.
     *
     * @param group names of listings, of posts all of them or all of comments, that may stand in a path
     * @param after the full name of the post that the page follows; empty for the first page
     * @throws RefusedException when one of them, or more, cannot be read
     */
    ListingPage newest(List<String> group, String after)
            throws SourceException, RefusedException, InterruptedException {
        Answer answer = call(
                NEWEST,
                "/r/" + group.stream().map(ListingName::subreddit).collect(Collectors.joining("+"))
                        + (ListingName.isOfComments(group.get(0)) ? "/comments" : "/new") + "?limit=100&raw_json=1"
                        + (after.isEmpty() ? "" : "&after=" + URLEncoder.encode(after, StandardCharsets.UTF_8)));
        if (answer.status() == 200) {
            return listing(NEWEST, answer);
        }
        throw refusal(answer);
    }

    /**
     * Posts by their ids, in no order: those that are there, and the names of those that were deleted or removed.
     *
     * @param ids at most 100; those that are not ids are left out, and so are not in the answer
     */
    ListingPage info(Collection<String> ids) throws SourceException, InterruptedException {
        String names = ids.stream().filter(ID).map(ListingReader::fullName).collect(Collectors.joining(","));
        Answer answer = call(INFO, "/api/info?raw_json=1&id=" + names);
        if (answer.status() == 200) {
            return listing(INFO, answer);
        }
        throw Failures.of(answer, INFO, clock.instant());
    }

    /**
     * The rules of a subreddit, one a line; empty when it may not be read.
     *
     * @param name one that may stand in a path
     */
    Optional<String> rules(String name) throws SourceException, InterruptedException {
        Answer answer = call(RULES, "/r/" + name + "/about/rules?raw_json=1");
        if (answer.status() == 403 || answer.status() == 404 || answer.isRedirect()) {
            return Optional.empty();
        }
        if (answer.status() != 200) {
            throw Failures.of(answer, RULES, clock.instant());
        }
        JsonNode rules = answer.json().map(body -> body.path("rules")).orElse(MissingNode.getInstance());
        if (!rules.isArray()) {
            throw new SourceException(Kind.MALFORMED, "Reddit's answer to " + RULES + " is not a list of rules");
        }
        StringJoiner lines = new StringJoiner("\n");
        for (JsonNode rule : rules) {
            String title = rule.path("short_name").asText("");
            String text = rule.path("description").asText("");
            lines.add((title + (text.isBlank() ? "" : ": " + text)).replaceAll("[\\s\\p{Cntrl}]+", " "));
        }
        return Optional.of(lines.toString());
    }

    private ListingPage listing(String what, Answer answer) throws SourceException {
        return answer.json()
                .flatMap(reader::read)
                .orElseThrow(
                        () -> new SourceException(Kind.MALFORMED, "Reddit's answer to " + what + " is not a listing"));
    }

    private Answer call(String what, String path) throws SourceException, InterruptedException {
        String bearer = token.current();
        Answer answer = call(what, path, bearer);
        if (answer.status() == 401) {
            // Withdrawn before its time: a new one helps, or nothing does.
            token.refused(bearer);
            answer = call(what, path, token.current());
        }
        if (answer.status() == 401) {
            throw new SourceException(
                    Kind.UNAUTHORIZED,
                    "Reddit refuses " + what + " with a fresh token; check that REDDIT_CLIENT_ID may read");
        }
        return answer;
    }

    private Answer call(String what, String path, String bearer) throws SourceException, InterruptedException {
        budget.take();
        HttpRequest request = HttpRequest.newBuilder(URI.create(apiUrl + path))
                .header("Authorization", "bearer " + bearer)
                .header("User-Agent", userAgent)
                .build();
        Answer answer;
        try (Timer.Context timed = calls.time()) {
            answer = exchanges.send(request, what);
        }
        SourceException throttled = budget.learn(answer).orElse(null);
        if (throttled != null) {
            throw throttled;
        }
        return answer;
    }

    /**
     * Tells a subreddit that is refused from a client that is: Reddit's API speaks JSON of a subreddit, while the guard
     * before it turns clients away with a page. A name that nobody has is answered with 404 or sent to a search.
     */
    private RefusedException refusal(Answer answer) throws SourceException {
        if (answer.isRedirect() && answer.header("location").orElse("").contains("/search")) {
            return new RefusedException("does not exist");
        }
        if (answer.status() == 404) {
            return new RefusedException(
                    answer.json().map(RedditApi::reason).orElse("").equals("banned")
                            ? "is banned by Reddit"
                            : "does not exist");
        }
        JsonNode body = answer.json().orElse(null);
        if (answer.status() == 403 && body != null) {
            return new RefusedException(why(reason(body)));
        }
        throw Failures.of(answer, NEWEST, clock.instant());
    }

    private static String reason(JsonNode body) {
        return Words.of(body.path("reason")).toLowerCase(Locale.ROOT);
    }

    private static String why(String reason) {
        return switch (reason) {
            case "" -> "may not be read by this client (403)";
            case "private" -> "is private";
            case "quarantined" -> "is quarantined";
            case "banned" -> "is banned by Reddit";
            case "gold_only", "gold_required" -> "is for premium members only";
            default -> "may not be read by this client (" + reason + ")";
        };
    }
}
