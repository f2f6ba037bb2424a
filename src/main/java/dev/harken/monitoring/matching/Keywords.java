package dev.harken.monitoring.matching;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/**
 * What one config listens for, compiled: a post matches if it has one of the keywords and nothing that another excludes.
 * {@link QueryParser} says how keywords are written; src/site/markdown/keywords.md tells users.
 *
 * <p>A word ends where no letter, digit or underscore of any script runs on; where the keyword itself ends in another
 * character ({@code c++}, {@code .net}), anything may follow. A keyword that begins with {@code -} or {@code NOT} leaves
 * out the posts that have the rest of it. With {@link Stemming}, plain words also find their other forms.
 *
 * <p>Time to match grows in proportion to the length of the text, whatever the keywords. Immutable and thread-safe.
 */
public final class Keywords {
    private static final int MOST = 200;

    /**
     * The largest regular expressions together, in RE2's instructions: as many as any list of ordinary ones has that can
     * be stored. Two hundred of the largest would take minutes for one long post.
     */
    private static final int MOST_INSTRUCTIONS = 5_000;

    private static final String NOTHING_WANTED = "at least one keyword must say what to look for";

    private final List<Keyword> wanted;
    private final List<Keyword> excluded;
    private final Stemming stemming;

    private Keywords(List<Keyword> keywords, Stemming stemming) {
        this.stemming = stemming;
        wanted = keywords.stream().filter(keyword -> !keyword.excludes()).toList();
        excluded = keywords.stream().filter(Keyword::excludes).toList();
    }

    /**
     * Compiles what a user asks for.
     *
     * @throws KeywordException for the first keyword that cannot be used, and when none says what to look for
     */
    public static Keywords parse(List<String> keywords, Stemming stemming) throws KeywordException {
        if (keywords.isEmpty()) {
            throw new KeywordException(0, "is missing: " + NOTHING_WANTED);
        }
        if (keywords.size() > MOST) {
            throw new KeywordException(MOST, "is one too many: at most " + MOST + " keywords");
        }
        List<Keyword> compiled = new ArrayList<>();
        for (int i = 0; i < keywords.size(); i++) {
            compiled.add(another(compiled, i, keywords.get(i), stemming, false));
        }
        checkStored(compiled);
        Keywords parsed = new Keywords(compiled, stemming);
        if (parsed.wanted.isEmpty()) {
            throw new KeywordException(0, "only excludes, as all the others do: " + NOTHING_WANTED);
        }
        return parsed;
    }

    /** A comma inside one of them could part it when the list is read again, or a slash join it with the next. */
    private static void checkStored(List<Keyword> keywords) throws KeywordException {
        List<String> written = keywords.stream().map(Keyword::written).toList();
        List<String> read = KeywordList.split(KeywordList.join(written));
        for (int i = 0; i < written.size(); i++) {
            if (i >= read.size() || !written.get(i).equals(read.get(i))) {
                throw new KeywordException(
                        i,
                        "has a quote, slash or comma by which it cannot be told from the next: put it in \"quotes\"");
            }
        }
    }

    /**
     * Compiles what it can of keywords that were stored before these rules held, so that one bad keyword does not stop
     * the others. Without any usable one, nothing matches.
     */
    public static Lenient lenient(List<String> keywords, Stemming stemming) {
        List<Keyword> compiled = new ArrayList<>();
        Map<String, String> left = new LinkedHashMap<>();
        for (int i = 0; i < keywords.size(); i++) {
            try {
                compiled.add(another(compiled, i, keywords.get(i), stemming, true));
            } catch (KeywordException e) {
                left.put(keywords.get(i), e.getMessage());
            }
        }
        Keywords usable = new Keywords(compiled, stemming);
        if (usable.wanted.isEmpty()) {
            usable.excluded.forEach(keyword -> left.put(keyword.written(), "only excludes: " + NOTHING_WANTED));
        }
        return new Lenient(usable, left);
    }

    private static Keyword another(List<Keyword> before, int index, String written, Stemming stemming, boolean isStored)
            throws KeywordException {
        Keyword keyword = Keyword.parse(index, written, stemming, isStored);
        int instructions = before.stream().mapToInt(Keyword::instructions).sum() + keyword.instructions();
        if (keyword.instructions() > 0 && instructions > MOST_INSTRUCTIONS) {
            throw new KeywordException(
                    index,
                    "is too large a regular expression together with those before it: use fewer or smaller counts");
        }
        return keyword;
    }

    /** Those that say what to look for, as the user wrote them, each once. */
    public List<String> wanted() {
        return wanted.stream().map(Keyword::written).distinct().toList();
    }

    Stemming stemming() {
        return stemming;
    }

    /** Those that say what to look for, in the user's order. */
    List<Keyword> wantedOnes() {
        return wanted;
    }

    /** The keywords that the post has; empty when there is none, or when the post has something excluded. */
    public Optional<Match> match(SearchedPost post) {
        return confirmed(post, wanted);
    }

    /**
     * As {@link #match(SearchedPost)}, where only some of those that say what to look for can be in the post.
     *
     * @param numbers their places among these, in order; there may be fewer, when the keywords have just changed
     */
    Optional<Match> match(SearchedPost post, SortedSet<Integer> numbers) {
        return confirmed(
                post, numbers.headSet(wanted.size()).stream().map(wanted::get).toList());
    }

    private Optional<Match> confirmed(SearchedPost post, List<Keyword> candidates) {
        List<Keyword> found = List.of();
        for (Keyword candidate : candidates) {
            if (candidate.matches(post)) {
                found = found.isEmpty() ? new ArrayList<>() : found;
                found.add(candidate);
            }
        }
        if (found.isEmpty() || excluded.stream().anyMatch(keyword -> keyword.matches(post))) {
            return Optional.empty();
        }
        return Optional.of(new Match(
                found.stream().map(Keyword::written).distinct().toList(),
                Highlights.of(found.stream().flatMap(keyword -> keyword.query().marks(post)))));
    }

    /**
     * What became of stored keywords.
     *
     * @param keywords the usable ones
     * @param left the others, each with the reason, worded as in {@link KeywordException}
     */
    public record Lenient(Keywords keywords, Map<String, String> left) {}
}
