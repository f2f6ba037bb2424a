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
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
 * words that they need. Those that need no word (regular expressions, and words with a star and nothing beside it) are
 * found by letters that they need. These are then asked one by one, since a word of theirs is not quite Lucene's. So the
 * time for a post grows with the keywords that it nearly has, and far slower than with all of them.
 *
 * <p>Thread-safe: posts are matched by any number of threads while configs come and go.
 */
public final class StandingQueries implements AutoCloseable {
    /** Each term of a query is tried with so many of its others, which tells apart those that share a common word. */
    private static final int PASSES = 2;

    private final Monitor monitor;
    private final LetterIndex letters = new LetterIndex();
    private final Map<Long, Keywords> listeners = new ConcurrentHashMap<>();

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
        List<MonitorQuery> byWords = new ArrayList<>();
        Map<Place, Query> byLetters = new HashMap<>();
        Place.all(configId, keywords).forEach((place, query) -> query.necessary()
                .ifPresentOrElse(
                        words -> byWords.add(new MonitorQuery(place.toString(), words)),
                        () -> byLetters.put(place, query)));
        synchronized (this) {
            forget(configId);
            listeners.put(configId, keywords);
            byLetters.forEach(letters::add);
            try {
                monitor.register(byWords);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Listens for a config no more. */
    public synchronized void forget(long configId) {
        Keywords before = listeners.remove(configId);
        if (before == null) {
            return;
        }
        Map<Place, Query> places = Place.all(configId, before);
        places.forEach(letters::remove);
        try {
            monitor.deleteById(places.keySet().stream().map(Place::toString).toList());
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
        listeners.values().forEach(keywords -> stemmings.add(keywords.stemming()));
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

    private Map<Long, Match> confirmed(SearchedPost post, Iterable<QueryMatch> byWords) {
        Map<Long, SortedSet<Integer>> candidates = new TreeMap<>();
        Consumer<Place> add = place -> candidates
                .computeIfAbsent(place.configId(), config -> new TreeSet<>())
                .add(place.number());
        byWords.forEach(found -> add.accept(Place.parse(found.getQueryId())));
        letters.in(post).forEach(add);
        Map<Long, Match> found = new TreeMap<>();
        candidates.forEach((configId, numbers) -> Optional.ofNullable(listeners.get(configId))
                .flatMap(keywords -> keywords.match(post, numbers))
                .ifPresent(match -> found.put(configId, match)));
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
}
