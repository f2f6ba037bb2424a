package dev.harken.monitoring.matching;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the language of keywords means, told in the plainest way: a text is cut into words by looking at each character,
 * and each question walks through all of them. Shares no code with what it is compared with.
 */
final class SlowPost {
    private final String title;
    private final String text;
    private final String author;
    private final String flair;
    private final String subreddit;
    private final List<Word> titleWords;
    private final List<Word> textWords;
    private final List<Word> flairWords;

    SlowPost(String title, String text, String author, String flair, String subreddit) {
        this.title = title;
        this.text = text;
        this.author = author;
        this.flair = flair;
        this.subreddit = subreddit;
        this.titleWords = words(title);
        this.textWords = words(text);
        this.flairWords = words(flair);
    }

    SearchedPost searched() {
        return SearchedPost.of(title, text, author, flair, subreddit);
    }

    boolean word(String word) {
        return either(words -> words.stream().anyMatch(one -> one.is(word)));
    }

    boolean titleWord(String word) {
        return titleWords.stream().anyMatch(one -> one.is(word));
    }

    boolean textWord(String word) {
        return textWords.stream().anyMatch(one -> one.is(word));
    }

    boolean flairWord(String word) {
        return flairWords.stream().anyMatch(one -> one.is(word));
    }

    /** Words with nothing but white space between them. */
    boolean phrase(String first, String second) {
        return either(words -> IntStream.range(1, words.size())
                .anyMatch(i -> words.get(i - 1).is(first)
                        && words.get(i).is(second)
                        && words.get(i).before().isBlank()
                        && !words.get(i).before().isEmpty()));
    }

    /** A word that begins, ends and goes on like this. */
    boolean shape(String begin, String within, String end) {
        return either(words -> words.stream()
                .anyMatch(word -> word.text().startsWith(begin)
                        && word.text().endsWith(end)
                        && word.text().length() >= begin.length() + end.length() + within.length()
                        && word.text()
                                .substring(begin.length(), word.text().length() - end.length())
                                .contains(within)));
    }

    /** Words with nothing but white space between them, where a star stands for any characters of a word. */
    boolean shapes(String... shapes) {
        return either(words -> IntStream.rangeClosed(0, words.size() - shapes.length)
                .anyMatch(first -> IntStream.range(0, shapes.length)
                        .allMatch(i -> hasShape(words.get(first + i).text(), shapes[i])
                                && (i == 0
                                        || (words.get(first + i).before().isBlank()
                                                && !words.get(first + i)
                                                        .before()
                                                        .isEmpty())))));
    }

    private static boolean hasShape(String word, String shape) {
        if (shape.isEmpty()) {
            return word.isEmpty();
        }
        if (shape.charAt(0) == '*') {
            return IntStream.rangeClosed(0, word.length())
                    .anyMatch(i -> hasShape(word.substring(i), shape.substring(1)));
        }
        return !word.isEmpty() && word.charAt(0) == shape.charAt(0) && hasShape(word.substring(1), shape.substring(1));
    }

    boolean near(List<String> ones, List<String> others, int most) {
        return either(words -> IntStream.range(0, words.size())
                .filter(i -> ones.contains(words.get(i).text()))
                .anyMatch(i -> IntStream.range(0, words.size())
                        .filter(j -> others.contains(words.get(j).text()))
                        .anyMatch(j -> i != j && Math.abs(i - j) - 1 <= most)));
    }

    boolean expression(String expression) {
        Pattern pattern = Pattern.compile(expression, Pattern.CASE_INSENSITIVE);
        return pattern.matcher(title).find() || pattern.matcher(text).find();
    }

    boolean by(String name) {
        return author.equalsIgnoreCase(name);
    }

    boolean bySomebodyLike(String begin) {
        return author.toLowerCase(Locale.ROOT).startsWith(begin);
    }

    boolean in(String name) {
        return subreddit.equalsIgnoreCase(name);
    }

    private boolean either(Predicate<List<Word>> has) {
        return Stream.of(titleWords, textWords).anyMatch(has);
    }

    private static List<Word> words(String written) {
        String plain = Normalizer.normalize(written, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
        List<Word> words = new ArrayList<>();
        StringBuilder before = new StringBuilder();
        StringBuilder word = new StringBuilder();
        (plain + " ").codePoints().forEach(point -> {
            boolean goesOn = Character.isLetter(point)
                    || Character.getType(point) == Character.NON_SPACING_MARK
                    || Character.getType(point) == Character.COMBINING_SPACING_MARK
                    || Character.getType(point) == Character.ENCLOSING_MARK
                    || Character.getType(point) == Character.DECIMAL_DIGIT_NUMBER
                    || Character.getType(point) == Character.LETTER_NUMBER
                    || Character.getType(point) == Character.OTHER_NUMBER
                    || point == '_';
            if (goesOn) {
                word.appendCodePoint(point);
                return;
            }
            if (!word.isEmpty()) {
                words.add(new Word(before.toString(), word.toString()));
                before.setLength(0);
                word.setLength(0);
            }
            before.appendCodePoint(point);
        });
        return words;
    }

    /** A word and what stands between it and the one before. */
    private record Word(String before, String text) {
        boolean is(String word) {
            return text.equals(word);
        }
    }
}
