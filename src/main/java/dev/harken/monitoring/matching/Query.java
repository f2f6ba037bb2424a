package dev.harken.monitoring.matching;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.Set;

/** What one keyword asks of a post, as a tree. Immutable and thread-safe. */
sealed interface Query {
    boolean matches(SearchedPost post);

    /** Whether a post with nothing in it has what is asked for, which then only says what a post must not have. */
    boolean matchesNothing();

    /** Words, looked for in each of the fields by itself. */
    record Words(Set<Field> fields, WordPattern pattern) implements Query {
        @Override
        public boolean matches(SearchedPost post) {
            return fields.stream()
                    .anyMatch(field -> field.isName() ? pattern.isAllOf(post.in(field)) : pattern.isIn(post.in(field)));
        }

        @Override
        public boolean matchesNothing() {
            return false;
        }
    }

    /** Words of two kinds with at most so many words between them, in either order, in one field. */
    record Near(Set<Field> fields, List<WordPattern> left, List<WordPattern> right, int most) implements Query {
        @Override
        public boolean matches(SearchedPost post) {
            return fields.stream().anyMatch(field -> matches(post.in(field)));
        }

        private boolean matches(SearchText text) {
            List<Span> ones = spans(left, text);
            if (ones.isEmpty()) {
                return false;
            }
            List<Span> others = spans(right, text);
            return ones.stream().anyMatch(one -> others.stream()
                    .anyMatch(other -> !one.overlaps(other) && text.wordsBetween(one.gapTo(other)) <= most));
        }

        private static List<Span> spans(List<WordPattern> patterns, SearchText text) {
            return patterns.stream()
                    .flatMap(pattern -> pattern.spansIn(text).stream())
                    .toList();
        }

        @Override
        public boolean matchesNothing() {
            return false;
        }
    }

    /** A regular expression over a field's text as it was written. */
    record Expression(Set<Field> fields, Pattern pattern) implements Query {
        @Override
        public boolean matches(SearchedPost post) {
            return fields.stream()
                    .anyMatch(field -> pattern.matcher(post.in(field).written()).find());
        }

        /** One that is found in empty text is found in every text, and is told by its own rule. */
        @Override
        public boolean matchesNothing() {
            return false;
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
    }
}
