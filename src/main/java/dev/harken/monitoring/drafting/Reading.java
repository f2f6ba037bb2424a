package dev.harken.monitoring.drafting;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * How many words, sentences and syllables a text has; links and the marks of lists do not count. Strangers write the
 * text: no expression here may repeat a group, which costs a stack frame each time, or try again from each character of a
 * long run.
 */
record Reading(int words, int sentences, int syllables) {
    static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}']*(?<!')");

    private static final Pattern LINK = Pattern.compile("(?i)https?://\\S+");
    private static final Pattern LIST_MARK = Pattern.compile("(?m)^[ \\t]*+(?:\\d++[.)]|[-*+])[ \\t]++");
    private static final Pattern SENTENCE_END = Pattern.compile("(?<![.!?…])[.!?…]++(?=[\\s\"'”)]|$)|\\n++");
    private static final Pattern VOWELS = Pattern.compile("[aeiouyäöüàâáéèêëíîïóôúûù]+");
    private static final Pattern SILENT_END = Pattern.compile("(?:[^laeiouy]e|[^aeiouytd]ed|[^aeiouysxzc]es)$");

    static Reading of(String text) {
        String prose = LIST_MARK.matcher(LINK.matcher(text).replaceAll("")).replaceAll("");
        int words = 0;
        int syllables = 0;
        for (var word = WORD.matcher(prose); word.find(); ) {
            words++;
            syllables += syllables(word.group().toLowerCase(Locale.ROOT));
        }
        int sentences = (int) SENTENCE_END
                .splitAsStream(prose)
                .filter(sentence -> WORD.matcher(sentence).find())
                .count();
        return new Reading(words, Math.max(1, sentences), syllables);
    }

    /** Groups of vowels, without an e that is not spoken: right for about nine English words in ten. */
    private static int syllables(String word) {
        int groups = (int) VOWELS.matcher(word).results().count();
        return Math.max(1, groups > 1 && SILENT_END.matcher(word).find() ? groups - 1 : groups);
    }

    /** Reading ease by Rudolf Flesch, "A new readability yardstick" (1948): 100 is easy, 0 very hard; no bounds. */
    double ease() {
        return words == 0 ? 0 : 206.835 - 1.015 * words / sentences - 84.6 * syllables / words;
    }
}
