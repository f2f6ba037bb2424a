package dev.harken.monitoring.matching;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.TextField;
import org.apache.lucene.monitor.Monitor;
import org.apache.lucene.monitor.MonitorConfiguration;
import org.apache.lucene.monitor.MonitorQuery;
import org.apache.lucene.monitor.MultiMatchingQueries;
import org.apache.lucene.monitor.MultipassTermFilteredPresearcher;
import org.apache.lucene.monitor.QueryMatch;

/**
 * The keywords of many configs, asked of each post together. Lucene's monitor finds those that a post can have, by the
 * words that they need; these, and the few that need no word (regular expressions, and words with a star and nothing
 * beside it), are then asked one by one, since a word of theirs is not quite Lucene's. So the time for a post grows with
 * the keywords that it nearly has, and far slower than with all of them.
 *
 * <p>Thread-safe: posts are matched by any number of threads while configs come and go.
 */
public final class StandingQueries implements AutoCloseable {
    /** Each term of a query is tried with so many of its others, which tells apart those that share a common word. */
    private static final int PASSES = 2;

    private final Monitor monitor;
    private final Map<Long, Listener> listeners = new ConcurrentHashMap<>();

    public StandingQueries() {
        try {
            monitor = new Monitor(
                    new PostAnalyzer(),
                    new MultipassTermFilteredPresearcher(PASSES),
                    // What is taken out is cleared away then, by a thread of the monitor's own.
                    new MonitorConfiguration().setPurgeFrequency(10, TimeUnit.MINUTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Listens for a config's keywords, in place of those it had before. */
    public void listen(long configId, Keywords keywords) {
        List<Keyword> wanted = keywords.wantedOnes();
        List<MonitorQuery> queries = new ArrayList<>();
        List<Integer> always = new ArrayList<>();
        for (int i = 0; i < wanted.size(); i++) {
            Optional<org.apache.lucene.search.Query> necessary =
                    wanted.get(i).query().necessary();
            if (necessary.isPresent()) {
                queries.add(new MonitorQuery(configId + "/" + i, necessary.get()));
            } else {
                always.add(i);
            }
        }
        synchronized (this) {
            forget(configId);
            listeners.put(
                    configId,
                    new Listener(keywords, always.stream().map(wanted::get).toList(), List.copyOf(always)));
            try {
                monitor.register(queries);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Listens for a config no more. */
    public synchronized void forget(long configId) {
        Listener before = listeners.remove(configId);
        if (before == null) {
            return;
        }
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < before.keywords.wantedOnes().size(); i++) {
            ids.add(configId + "/" + i);
        }
        try {
            monitor.deleteById(ids);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many configs are listened for. */
    public int size() {
        return listeners.size();
    }

    /**
     * What each config's keywords find in each of the posts; a config that finds nothing is not named. For a few hundred
     * posts at once, which takes less time than one after the other.
     */
    public List<Map<Long, Match>> match(List<SearchedPost> posts) {
        if (posts.isEmpty()) {
            return List.of();
        }
        Set<Stemming> stemmings = EnumSet.of(Stemming.NONE);
        listeners.values().forEach(listener -> stemmings.add(listener.keywords.stemming()));
        MultiMatchingQueries<QueryMatch> candidates;
        try {
            candidates = monitor.match(
                    posts.stream().map(post -> document(post, stemmings)).toArray(Document[]::new),
                    QueryMatch.SIMPLE_MATCHER);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!candidates.getErrors().isEmpty()) {
            throw new IllegalStateException(
                    "standing queries could not be asked",
                    candidates.getErrors().values().iterator().next());
        }
        List<Map<Long, Match>> found = new ArrayList<>();
        for (int i = 0; i < posts.size(); i++) {
            found.add(confirmed(posts.get(i), candidates.getMatches(i)));
        }
        return found;
    }

    private Map<Long, Match> confirmed(SearchedPost post, Iterable<QueryMatch> candidates) {
        Map<Long, List<Integer>> places = new HashMap<>();
        for (QueryMatch candidate : candidates) {
            String id = candidate.getQueryId();
            int slash = id.indexOf('/');
            places.computeIfAbsent(Long.parseLong(id.substring(0, slash)), config -> new ArrayList<>())
                    .add(Integer.parseInt(id.substring(slash + 1)));
        }
        Map<Long, Match> found = new TreeMap<>();
        listeners.forEach((configId, listener) -> {
            List<Integer> indexed = places.getOrDefault(configId, List.of());
            if (!indexed.isEmpty() || !listener.always.isEmpty()) {
                listener.match(post, indexed).ifPresent(match -> found.put(configId, match));
            }
        });
        return found;
    }

    private static Document document(SearchedPost post, Set<Stemming> stemmings) {
        Document document = new Document();
        for (Field field : Field.values()) {
            SearchText text = post.in(field);
            for (Stemming stemming : stemmings) {
                if (!text.folded().isEmpty() && (stemming == Stemming.NONE || !field.isName())) {
                    document.add(new TextField(field.indexed(stemming), words(text, stemming), Store.NO));
                }
            }
        }
        return document;
    }

    private static String words(SearchText text, Stemming stemming) {
        return stemming == Stemming.NONE
                ? text.folded()
                : text.stems(stemming).stream().map(SearchText.Stem::stem).collect(Collectors.joining(" "));
    }

    @Override
    public void close() {
        try {
            monitor.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * One config.
     *
     * @param always the keywords that an index cannot tell of
     * @param alwaysAt their places
     */
    private record Listener(Keywords keywords, List<Keyword> always, List<Integer> alwaysAt) {
        private Optional<Match> match(SearchedPost post, List<Integer> indexed) {
            List<Keyword> wanted = keywords.wantedOnes();
            if (indexed.isEmpty()) {
                return keywords.match(post, always);
            }
            Set<Integer> places = new TreeSet<>(indexed);
            places.addAll(alwaysAt);
            List<Keyword> candidates = new ArrayList<>();
            for (int place : places) {
                // A config that has changed meanwhile may have fewer.
                if (place < wanted.size()) {
                    candidates.add(wanted.get(place));
                }
            }
            return keywords.match(post, candidates);
        }
    }
}
