package dev.harken.bench;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Callers of {@code GET /api/posts}. */
final class ListRequest {
    /** Asks the service not to answer from its cache. */
    static final Map<String, String> NO_CACHE = Map.of("Cache-Control", "no-cache");

    private static final int NOT_MODIFIED = 304;

    private ListRequest() {}

    static String path(int limit, int client) {
        return "/api/posts?limit=" + limit + "&client_id=" + client;
    }

    /** Callers that read the lists of clients in turn. */
    static List<Caller> reading(Api api, Rotation clients, int limit, Map<String, String> headers, int callers) {
        return same(callers, () -> () -> api.get(path(limit, clients.next()), headers));
    }

    /** Callers that always read the same. */
    static List<Caller> reading(Api api, String path, Map<String, String> headers, int callers) {
        return same(callers, () -> () -> api.get(path, headers));
    }

    /** Callers that know the lists already and ask whether they have changed. */
    static List<Caller> revalidating(Api api, Rotation clients, int limit, int callers) {
        return same(callers, () -> new Revalidating(api, clients, limit));
    }

    private static List<Caller> same(int callers, Supplier<Caller> one) {
        return Stream.generate(one).limit(callers).toList();
    }

    private static final class Revalidating implements Caller {
        private final Api api;
        private final Rotation clients;
        private final int limit;
        private final Map<Integer, String> tags = new HashMap<>();

        Revalidating(Api api, Rotation clients, int limit) {
            this.api = api;
            this.clients = clients;
            this.limit = limit;
        }

        @Override
        public void begin() throws IOException {
            for (int client : IntStream.rangeClosed(1, clients.clients()).toArray()) {
                tags.put(client, api.get(path(limit, client), Map.of()).tag());
            }
        }

        @Override
        public void call() throws IOException {
            int client = clients.next();
            Api.Answer answer = api.get(path(limit, client), Map.of("If-None-Match", tags.get(client)));
            if (answer.status() != NOT_MODIFIED) {
                throw new IOException("a list that nobody has changed was answered with another ETag: "
                        + tags.get(client) + ", then " + answer.tag());
            }
        }
    }
}
