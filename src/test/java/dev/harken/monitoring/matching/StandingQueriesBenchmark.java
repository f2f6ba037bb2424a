package dev.harken.monitoring.matching;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Posts a second, of one thread, for so many clients with a hundred keywords each: by {@link StandingQueries}, and by a
 * plain loop over each client's compiled keywords. src/site/markdown/performance.md tells how to run it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 6, time = 10)
@Measurement(iterations = 5, time = 5)
@Fork(1)
public class StandingQueriesBenchmark {
    private static final int BATCH = 200;
    private static final int KEYWORDS = 100;

    @Param({"1", "10", "100"})
    private int clients;

    private final Map<Long, Keywords> configs = new TreeMap<>();
    private List<List<SearchedPost>> batches = List.of();
    private StandingQueries queries;
    private int next;

    /** The posts are ready for asking in both cases, as a scan has them; to make them ready is measured by itself. */
    @Setup(Level.Trial)
    public void listen() throws KeywordException {
        Random random = new Random(11);
        queries = new StandingQueries();
        for (long id = 1; id <= clients; id++) {
            List<String> written = new ArrayList<>();
            while (written.size() < KEYWORDS) {
                written.add(keyword(random));
            }
            Keywords keywords = Keywords.lenient(written, Stemming.NONE).keywords();
            configs.put(id, keywords);
            queries.listen(id, keywords);
        }
        List<SearchedPost> posts = RealPosts.searched();
        batches = new ArrayList<>();
        for (int i = 0; i + BATCH <= posts.size(); i += BATCH) {
            batches.add(posts.subList(i, i + BATCH));
        }
    }

    @TearDown(Level.Trial)
    public void close() {
        queries.close();
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public List<Map<Long, Match>> standingQueries() {
        return queries.match(batch());
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public List<Map<Long, Match>> plainLoop() {
        List<Map<Long, Match>> found = new ArrayList<>();
        for (SearchedPost post : batch()) {
            Map<Long, Match> matches = new TreeMap<>();
            configs.forEach((id, keywords) -> keywords.match(post).ifPresent(match -> matches.put(id, match)));
            found.add(matches);
        }
        return found;
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public List<SearchedPost> makeReady() {
        return RealPosts.searched(BATCH * (next++ % batches.size()), BATCH);
    }

    private List<SearchedPost> batch() {
        return batches.get(next++ % batches.size());
    }

    /** As clients write them: mostly names of products and things, which most posts do not have. */
    private static String keyword(Random random) {
        int kind = random.nextInt(100);
        String one = RealPosts.rareWord(random);
        String other = RealPosts.rareWord(random);
        if (kind < 45) {
            return one;
        }
        if (kind < 75) {
            return one + " " + other;
        }
        if (kind < 82) {
            return one + " AND " + RealPosts.word(random);
        }
        if (kind < 88) {
            return "(" + one + " OR " + other + ") -" + RealPosts.word(random);
        }
        if (kind < 92) {
            return one + " NEAR/5 " + RealPosts.word(random);
        }
        if (kind < 95) {
            return "title:" + one;
        }
        return kind < 99 ? one + "*" : "/" + one + "s? (is|was)/";
    }
}
