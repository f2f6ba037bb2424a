package dev.harken.testing;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.harken.testing.RecordedReddit.Reply;
import dev.harken.testing.RecordedReddit.Request;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Subreddits that are filled while they are read, answered as Reddit's listings are: a hundred a page, newest first, a
 * thousand of each listing, and nothing after a post that was deleted. Thread-safe.
 */
public final class SubredditListings implements Function<Request, Reply> {
    private static final int PAGE = 100;
    private static final int WINDOW = 1000;

    private final JsonMapper mapper = new JsonMapper();
    private final List<Entry> entries = new CopyOnWriteArrayList<>();

    /** A post, newer than all that are there or not. */
    public SubredditListings post(String subreddit, String id, String title, Instant at) {
        return approvedLate(subreddit, id, title, at, at);
    }

    /** A post that was made at one time and stands among those of another. */
    public SubredditListings approvedLate(String subreddit, String id, String title, Instant made, Instant among) {
        entries.add(new Entry(subreddit, id, title, made, among));
        return this;
    }

    public void delete(String id) {
        entries.removeIf(entry -> entry.id().equals(id));
    }

    @Override
    public Reply apply(Request request) {
        Set<String> asked = Arrays.stream(request.path()
                        .replaceFirst("^/r/", "")
                        .replaceFirst("/new$", "")
                        .split("[+]", -1))
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        List<Entry> listed = entries.stream()
                .filter(entry -> asked.contains(entry.subreddit().toLowerCase(Locale.ROOT)))
                .sorted(Comparator.comparing(Entry::among).reversed())
                .limit(WINDOW)
                .toList();
        String after = query(request).getOrDefault("after", "");
        int from = after.isEmpty() ? 0 : place(listed, after);
        List<Entry> page = listed.subList(from, Math.min(from + PAGE, listed.size()));
        return Reply.of(
                200,
                listing(page, from + PAGE < listed.size() ? page.get(PAGE - 1).name() : null));
    }

    /** The place after an anchor; the end when it is not there. */
    private static int place(List<Entry> listed, String anchor) {
        for (int i = 0; i < listed.size(); i++) {
            if (listed.get(i).name().equals(anchor)) {
                return i + 1;
            }
        }
        return listed.size();
    }

    private static Map<String, String> query(Request request) {
        Map<String, String> query = new HashMap<>();
        for (String part : request.query().split("&", -1)) {
            int equals = part.indexOf('=');
            query.put(part.substring(0, equals), part.substring(equals + 1));
        }
        return query;
    }

    private String listing(List<Entry> page, String after) {
        List<Map<String, Object>> children = new ArrayList<>();
        for (Entry entry : page) {
            children.add(Map.of(
                    "kind",
                    "t3",
                    "data",
                    Map.of(
                            "id", entry.id(),
                            "name", entry.name(),
                            "subreddit", entry.subreddit(),
                            "title", entry.title(),
                            "selftext", "",
                            "author", "somebody",
                            "created_utc", (double) entry.made().getEpochSecond())));
        }
        Map<String, Object> data = new HashMap<>();
        data.put("children", children);
        data.put("after", after);
        return mapper.valueToTree(Map.of("kind", "Listing", "data", data)).toString();
    }

    private record Entry(String subreddit, String id, String title, Instant made, Instant among) {
        String name() {
            return "t3_" + id;
        }
    }
}
