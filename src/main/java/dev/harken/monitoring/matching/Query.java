package dev.harken.monitoring.matching;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;

/** What one keyword asks of a post, as a tree. Immutable and thread-safe. */
sealed interface Query {
    boolean matches(SearchedPost post);

    /** Whether a post with nothing in it has what is asked for, which then only says what a post must not have. */
    boolean matchesNothing();

    /**
     * What an index of the post has to find where this matches, so that whatever it does not find need not be asked.
     * Empty when an index cannot tell.
     */
    Optional<org.apache.lucene.search.Query> necessary();

    /**
     * Letters of which a post that this matches has some, in one of its folded texts, where these are composed. One of
     * them may be empty, which says nothing; so does no letters at all.
     */
    Set<String> necessaryLetters();

    /** What of the post made it match, by places in the texts as they were written. */
    Stream<Mark> marks(SearchedPost post);

    /** Words, looked for in each of the fields by itself. */
    record Words(Set<Field> fields, Wording wording) implements Query {
        @Override
        public boolean matches(SearchedPost post) {
            // A loop: this is asked thousands of times for a post, and a stream takes longer than the search.
            for (Field field : fields) {
                SearchText text = post.in(field);
                if (field.isName() ? wording.isAllOf(text) : wording.isIn(text)) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public boolean matchesNothing() {
            return false;
        }

        @Override
        public Optional<org.apache.lucene.search.Query> necessary() {
            return anyOf(fields.stream().map(wording::necessary).toList());
        }

        @Override
        public Set<String> necessaryLetters() {
            return Set.of(wording.necessaryLetters());
        }

        @Override
        public Stream<Mark> marks(SearchedPost post) {
            return folded(post, fields, wording::spansIn);
        }
    }

    /** Words of two kinds with at most so many words between them, in either order, in one field. */
    record Near(Set<Field> fields, List<Wording> left, List<Wording> right, int most) implements Query {
        @Override
        public boolean matches(SearchedPost post) {
            return fields.stream().anyMatch(field -> !pairs(post.in(field), 1).isEmpty());
        }

        /** Places that one kind has near the other, each with its neighbour; no more once there are so many. */
        private List<Span> pairs(SearchText text, int enough) {
            List<Span> ones = spans(left, text);
            if (ones.isEmpty()) {
                return List.of();
            }
            List<Span> others = spans(right, text);
            List<Span> found = new ArrayList<>();
            addFollowing(text, ones, others, enough, found);
            addFollowing(text, others, ones, enough, found);
            return found;
        }

        /** Looks no further than the words between may be, as a stranger's post may have each word thousands of times. */
        private void addFollowing(SearchText text, List<Span> before, List<Span> after, int enough, List<Span> found) {
            for (Span one : before) {
                for (int i = firstFrom(one.end(), after); i < after.size() && found.size() < enough; i++) {
                    if (text.wordsBetween(one.gapTo(after.get(i))) > most) {
                        break;
                    }
                    found.add(one);
                    found.add(after.get(i));
                }
            }
        }

        /** The first of the spans, which are in order, that starts at a place or after it. */
        private static int firstFrom(int place, List<Span> spans) {
            int low = 0;
            int high = spans.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (spans.get(middle).start() < place) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        private static List<Span> spans(List<Wording> wordings, SearchText text) {
            return wordings.stream()
                    .flatMap(wording -> wording.spansIn(text).stream())
                    .sorted(Comparator.comparingInt(Span::start))
                    .toList();
        }

        @Override
        public boolean matchesNothing() {
            return false;
        }

        @Override
        public Optional<org.apache.lucene.search.Query> necessary() {
            return anyOf(fields.stream()
                    .map(field -> allOf(List.of(anyIn(field, left), anyIn(field, right))))
                    .toList());
        }

        private static Optional<org.apache.lucene.search.Query> anyIn(Field field, List<Wording> wordings) {
            return anyOf(
                    wordings.stream().map(wording -> wording.necessary(field)).toList());
        }

        @Override
        public Set<String> necessaryLetters() {
            return left.stream().map(Wording::necessaryLetters).collect(Collectors.toSet());
        }

        @Override
        public Stream<Mark> marks(SearchedPost post) {
            return folded(post, fields, text -> pairs(text, 2 * Highlights.MOST));
        }
    }

    /**
     * A regular expression over a field's text as it was written.
     *
     * @param letters what every text has that it matches, in lower case; may be empty
     */
    record Expression(Set<Field> fields, Pattern pattern, String letters) implements Query {
        @Override
        public boolean matches(SearchedPost post) {
            for (Field field : fields) {
                SearchText text = post.in(field);
                if (text.mayHave(letters) && pattern.matcher(text.written()).find()) {
                    return true;
                }
            }
            return false;
        }

        /** One that is found in empty text is found in every text, and is told by its own rule. */
        @Override
        public boolean matchesNothing() {
            return false;
        }

        @Override
        public Optional<org.apache.lucene.search.Query> necessary() {
            return Optional.empty();
        }

        @Override
        public Set<String> necessaryLetters() {
            return Set.of(letters);
        }

        @Override
        public Stream<Mark> marks(SearchedPost post) {
            return fields.stream().flatMap(field -> {
                Matcher matcher = pattern.matcher(post.in(field).written());
                return Stream.iterate(matcher.find(), found -> found, found -> matcher.find())
                        .limit(Highlights.MOST)
                        .map(found -> new Mark(field, new Span(matcher.start(), matcher.end())));
            });
        }
    }

    /** All of them. */
    record And(List<Query> parts) implements Query {
        @Override
        public boolean matches(SearchedPost post) {
            return parts.stream().allMatch(part -> part.matches(post));
        }

        @Override
        public boolean matchesNothing() {
            return parts.stream().allMatch(Query::matchesNothing);
        }

        @Override
        public Optional<org.apache.lucene.search.Query> necessary() {
            return allOf(parts.stream().map(Query::necessary).toList());
        }

        @Override
        public Set<String> necessaryLetters() {
            // Those of the part whose shortest letters are the longest tell most.
            return parts.stream()
                    .map(Query::necessaryLetters)
                    .max(Comparator.comparingInt(Query::shortest))
                    .orElse(Set.of());
        }

        @Override
        public Stream<Mark> marks(SearchedPost post) {
            return parts.stream().flatMap(part -> part.marks(post));
        }
    }

    /** At least one of them. */
    record Or(List<Query> parts) implements Query {
        @Override
        public boolean matches(SearchedPost post) {
            return parts.stream().anyMatch(part -> part.matches(post));
        }

        @Override
        public boolean matchesNothing() {
            return parts.stream().anyMatch(Query::matchesNothing);
        }

        @Override
        public Optional<org.apache.lucene.search.Query> necessary() {
            return anyOf(parts.stream().map(Query::necessary).toList());
        }

        @Override
        public Set<String> necessaryLetters() {
            List<Set<String>> each = parts.stream().map(Query::necessaryLetters).toList();
            return each.stream().anyMatch(Set::isEmpty)
                    ? Set.of()
                    : each.stream().flatMap(Set::stream).collect(Collectors.toSet());
        }

        @Override
        public Stream<Mark> marks(SearchedPost post) {
            return parts.stream().filter(part -> part.matches(post)).flatMap(part -> part.marks(post));
        }
    }

    /** Not that. */
    record Not(Query part) implements Query {
        @Override
        public boolean matches(SearchedPost post) {
            return !part.matches(post);
        }

        @Override
        public boolean matchesNothing() {
            return !part.matchesNothing();
        }

        @Override
        public Optional<org.apache.lucene.search.Query> necessary() {
            return Optional.empty();
        }

        @Override
        public Set<String> necessaryLetters() {
            return Set.of();
        }

        @Override
        public Stream<Mark> marks(SearchedPost post) {
            return Stream.empty();
        }
    }

    /** A part of a field's text as it was written. */
    record Mark(Field field, Span span) {}

    private static int shortest(Set<String> letters) {
        return letters.stream().mapToInt(String::length).min().orElse(0);
    }

    private static Stream<Mark> folded(SearchedPost post, Set<Field> fields, Function<SearchText, List<Span>> spansIn) {
        return fields.stream().flatMap(field -> {
            SearchText text = post.in(field);
            return text.inWritten(spansIn.apply(text)).stream().map(span -> new Mark(field, span));
        });
    }

    /** Of alternatives, each has to be known: the unknown one may be it. */
    private static Optional<org.apache.lucene.search.Query> anyOf(
            List<Optional<org.apache.lucene.search.Query>> parts) {
        return parts.stream().allMatch(Optional::isPresent)
                ? Optional.of(together(parts, BooleanClause.Occur.SHOULD))
                : Optional.empty();
    }

    private static Optional<org.apache.lucene.search.Query> allOf(
            List<Optional<org.apache.lucene.search.Query>> parts) {
        return parts.stream().anyMatch(Optional::isPresent)
                ? Optional.of(together(parts, BooleanClause.Occur.MUST))
                : Optional.empty();
    }

    private static org.apache.lucene.search.Query together(
            List<Optional<org.apache.lucene.search.Query>> parts, BooleanClause.Occur occur) {
        List<org.apache.lucene.search.Query> known =
                parts.stream().flatMap(Optional::stream).distinct().toList();
        if (known.size() == 1) {
            return known.get(0);
        }
        BooleanQuery.Builder together = new BooleanQuery.Builder();
        known.forEach(part -> together.add(part, occur));
        return together.build();
    }
}
