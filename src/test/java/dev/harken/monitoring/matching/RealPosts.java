package dev.harken.monitoring.matching;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Posts that were written on Reddit from 2006 to 2013, and words that they have; {@code -Dharken.posts=FILE} takes others,
 * as many as one likes: a line of JSON each, packed by gzip.
 */
final class RealPosts {
    private static final List<JsonNode> POSTS = read();

    /** Neither too rare to be found nor so common that nothing else is. */
    private static final List<String> WORDS = words(3, 150);

    /** Those that one or two posts have. */
    private static final List<String> RARE_WORDS =
            words(1, 2).stream().filter(word -> word.length() > 4).toList();

    private RealPosts() {}

    static List<SearchedPost> searched() {
        return searched(0, POSTS.size());
    }

    /** So many from one on. */
    static List<SearchedPost> searched(int first, int many) {
        return POSTS.subList(first, first + many).stream()
                .map(post -> SearchedPost.of(
                        post.path("title").asText(),
                        post.path("selftext").asText(),
                        "",
                        "",
                        post.path("subreddit").asText()))
                .toList();
    }

    /** All of them, with names and labels of our own, as they were not kept. */
    static List<SlowPost> slow() {
        return IntStream.range(0, POSTS.size())
                .mapToObj(i -> new SlowPost(
                        POSTS.get(i).path("title").asText(),
                        POSTS.get(i).path("selftext").asText(),
                        "Author_" + i % 20,
                        i % 3 == 0 ? "Of the day" : "",
                        POSTS.get(i).path("subreddit").asText()))
                .toList();
    }

    /** Titles and texts of so many. */
    static List<String> texts(int many) {
        return POSTS.stream()
                .limit(many)
                .map(post -> post.path("title").asText() + "\n"
                        + post.path("selftext").asText())
                .toList();
    }

    static String word(Random random) {
        return WORDS.get(random.nextInt(WORDS.size()));
    }

    static String rareWord(Random random) {
        return RARE_WORDS.get(random.nextInt(RARE_WORDS.size()));
    }

    static String subreddit(Random random) {
        return POSTS.get(random.nextInt(POSTS.size())).path("subreddit").asText();
    }

    /** Two words that stand beside each other in a title. */
    static String pair(Random random) {
        List<String> words = List.of();
        while (words.size() < 2) {
            words = wordsOf(POSTS.get(random.nextInt(POSTS.size()))
                            .path("title")
                            .asText())
                    .toList();
        }
        int first = random.nextInt(words.size() - 1);
        return words.get(first) + " " + words.get(first + 1);
    }

    private static List<String> words(long least, long most) {
        Map<String, Long> counts = POSTS.stream()
                .flatMap(post -> wordsOf(post.path("title").asText() + " "
                        + post.path("selftext").asText()))
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        return counts.entrySet().stream()
                .filter(count -> count.getValue() >= least && count.getValue() <= most)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    private static Stream<String> wordsOf(String text) {
        return Stream.of(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+", -1))
                .filter(word -> word.length() > 1);
    }

    private static List<JsonNode> read() {
        ObjectMapper mapper = new ObjectMapper();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(new GZIPInputStream(packed()), StandardCharsets.UTF_8))) {
            return lines.lines().map(line -> tree(mapper, line)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream packed() throws IOException {
        String file = System.getProperty("harken.posts");
        return file == null
                ? RealPosts.class.getResourceAsStream("/reddit/posts-2006-to-2013.jsonl.gz")
                : Files.newInputStream(Path.of(file));
    }

    private static JsonNode tree(ObjectMapper mapper, String line) {
        try {
            return mapper.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
