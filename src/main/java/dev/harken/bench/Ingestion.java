package dev.harken.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harken.analytics.AnalyticsEventDao;
import dev.harken.database.insight.ManagedIndexes;
import dev.harken.http.ApiJson;
import dev.harken.monitoring.matching.Highlights;
import dev.harken.posts.NewPost;
import dev.harken.posts.PostDao;
import dev.harken.responses.ResponseDao;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.LongStream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * {@link Group#INGESTION}: rows stored by the service's own statements, with the nine indexes and without them; of
 * posts, the one that stores, without those that look for what is known or says the same. In transactions that are rolled back, so a commit's wait for the disk is not in it: the share that the indexes cost is
 * the largest that it can be.
 */
final class Ingestion {
    private static final int BATCH = 100;
    private static final List<String> NINE = ManagedIndexes.DEFINITIONS.stream()
            .map(ManagedIndexes.Definition::index)
            .toList();

    /** What is stored, and how many rows a call stores. */
    enum Kind {
        POSTS("posts", BATCH),
        POST("post", 1),
        RESPONSE("response", 1),
        EVENTS("events", BATCH),
        EVENT("event", 1);

        private final String word;
        private final int rows;

        Kind(String word, int rows) {
            this.word = word;
            this.rows = rows;
        }

        String described() {
            return rows == 1 ? "1 " + word : rows + " " + word;
        }

        String with() {
            return described() + ", with the nine";
        }

        String without() {
            return described() + ", without";
        }
    }

    private final ObjectMapper mapper = ApiJson.mapper();
    private final Handle handle;
    private final Size size;
    private final Meter meter;
    private final PreparedStatement events;
    private long count;

    private Ingestion(Stage stage, Handle handle, Size size) throws SQLException {
        this.handle = handle;
        this.size = size;
        this.meter = stage.meter(handle.getConnection());
        this.events = handle.getConnection().prepareStatement(AnalyticsEventDao.INSERT);
    }

    static List<Measurement> measure(Stage stage, Size size, Alternation alternation) throws Exception {
        try (Connection connection = stage.connect();
                Handle handle = Jdbi.open(connection)) {
            return new Ingestion(stage, handle, size).measure(alternation);
        }
    }

    private List<Measurement> measure(Alternation alternation) throws Exception {
        List<Measurement> measured = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            List<Measurement> pair = alternation.measure(
                    "ingestion of " + kind.described(),
                    List.of(one(kind, kind.with(), List.of()), one(kind, kind.without(), NINE)));
            OptionalDouble share = share(pair.get(0), pair.get(1));
            measured.add(rows(kind, pair.get(0))
                    .noting(String.format(
                            Locale.ROOT, "the nine cost %.0f %% of the rate", 100 * share.orElse(Double.NaN))));
            measured.add(rows(kind, pair.get(1)));
        }
        return measured;
    }

    /** The share of the rate, 0 to 1, that the indexes cost. */
    static OptionalDouble share(Measurement with, Measurement without) {
        OptionalDouble times = with.timesAsFastAs(without);
        return times.isPresent() ? OptionalDouble.of(1 - times.getAsDouble()) : times;
    }

    private static Measurement rows(Kind kind, Measurement measurement) {
        return measurement.noting(String.format(
                Locale.ROOT, "%,.0f rows/s", kind.rows * measurement.perSecond().orElse(0)));
    }

    private Case one(Kind kind, String name, List<String> without) {
        return Case.of(
                Group.INGESTION,
                name,
                List.of(new RolledBack(handle.getConnection(), RolledBack.dropping(without), caller(kind))),
                meter);
    }

    private Caller caller(Kind kind) {
        return switch (kind) {
            case POSTS, POST -> () -> storePosts(kind.rows);
            case RESPONSE -> this::storeResponse;
            case EVENTS, EVENT -> () -> storeEvents(kind.rows);
        };
    }

    private void storePosts(int rows) throws Exception {
        long first = count;
        count += rows;
        List<NewPost> posts =
                LongStream.range(first, count).mapToObj(this::post).toList();
        handle.createQuery(PostDao.STORE)
                .bind("client", client(first))
                .bind("config", 1L)
                .bind("posts", mapper.writeValueAsString(posts))
                .bind("now", now())
                .mapTo(Long.class)
                .list();
    }

    private NewPost post(long number) {
        String subreddit = "Sub" + number % 97;
        String link = "https://www.example.com/r/" + subreddit + "/comments/n" + number + "/";
        return new NewPost(
                subreddit,
                "n" + number,
                words(number * 61 % 2000, 40 + number % 47),
                link,
                link,
                "author_" + number % 7919,
                words(number * 37 % 1900, 160 + number % 307),
                "keyword" + number % 701,
                Highlights.none(),
                (int) (number % 503),
                (int) (number % 89),
                Instant.now(),
                Set.of());
    }

    private void storeResponse() {
        long number = count++;
        long post = 1 + number * 31 % size.posts();
        handle.createQuery(ResponseDao.STORE)
                .bind("post", post)
                .bind("client", client(post))
                .bind("content", words(number * 41 % 1900, 400 + number % 331))
                .bind("score", (int) (number % 101))
                .bind("grade", "B")
                .bind("breakdown", "{\"relevance\": 80, \"readability\": 75}")
                .bind("now", now())
                .mapTo(Long.class)
                .one();
    }

    private void storeEvents(int rows) throws SQLException {
        for (int row = 0; row < rows; row++) {
            long number = count++;
            events.setLong(1, client(number));
            events.setString(2, Filling.EVENT_TYPE);
            events.setString(3, "{\"post_id\": " + number + "}");
            events.setObject(4, now());
            events.addBatch();
        }
        events.executeBatch();
    }

    private long client(long number) {
        return 1 + number % size.clients();
    }

    private static OffsetDateTime now() {
        return OffsetDateTime.now(ZoneOffset.UTC);
    }

    private static String words(long from, long length) {
        return Resources.WORDS.substring((int) from, (int) (from + length));
    }
}
