package dev.harken.monitoring.matching;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import opennlp.tools.langdetect.Language;
import opennlp.tools.langdetect.LanguageDetectorME;
import opennlp.tools.langdetect.LanguageDetectorModel;

/**
 * Tells whether a text is in another language than those that are wanted, by OpenNLP's model. That takes 35 MB and some
 * seconds to load, so it is loaded when it is first asked, and let go when it was not asked for an hour or the heap is
 * needed. Thread-safe.
 */
public final class Languages {
    /** By two letters, as ISO 639-1 has them: what the model calls it, where it knows some by several names. */
    private static final Map<String, List<String>> NAMES = Stream.of(
                    "af afr",
                    "ar ara",
                    "az aze",
                    "be bel",
                    "bg bul",
                    "bn ben",
                    "ca cat",
                    "cs ces",
                    "cy cym",
                    "da dan",
                    "de deu",
                    "el ell",
                    "en eng",
                    "eo epo",
                    "es spa",
                    "et est ekk",
                    "eu eus",
                    "fa fas",
                    "fi fin",
                    "fr fra",
                    "ga gle",
                    "gl glg",
                    "gu guj",
                    "he heb",
                    "hi hin",
                    "hr hrv",
                    "hu hun",
                    "hy hye",
                    "id ind",
                    "is isl",
                    "it ita",
                    "ja jpn",
                    "ka kat",
                    "kk kaz",
                    "kn kan",
                    "ko kor",
                    "lb ltz",
                    "lt lit",
                    "lv lav lvs",
                    "mk mkd",
                    "ml mal",
                    "mn mon",
                    "mr mar",
                    "ms msa",
                    "mt mlt",
                    "ne nep",
                    "nl nld",
                    "no nob nno",
                    "pa pan",
                    "pl pol",
                    "pt por",
                    "ro ron",
                    "ru rus",
                    "sk slk",
                    "sl slv",
                    "sq sqi",
                    "sr srp",
                    "sv swe",
                    "sw swa",
                    "ta tam",
                    "te tel",
                    "th tha",
                    "tl tgl",
                    "tr tur",
                    "uk ukr",
                    "ur urd",
                    "vi vie",
                    "zh cmn")
            .map(line -> List.of(line.split(" ", -1)))
            .collect(Collectors.toUnmodifiableMap(line -> line.get(0), line -> line.subList(1, line.size())));

    /** The codes of the languages that can be told, in order. */
    public static final Set<String> CODES = Collections.unmodifiableSet(new TreeSet<>(NAMES.keySet()));

    /** Letters of a text of which the language is told. */
    private static final int LEAST_LETTERS = 30;

    /** Characters that are looked at. */
    private static final int MOST_LOOKED_AT = 1_000;

    /**
     * How much likelier than each of those wanted another language must be. With this, of 2,033 English posts one counts
     * as foreign, and none of their translations as English.
     */
    private static final double CERTAIN = 1.5;

    private static final String MODEL = "/langdetect-183.bin";
    private static final Pattern NO_WORDS =
            Pattern.compile("https?://\\S+|www\\.\\S+|/?\\b[ru]/\\w+|[^\\p{L}\\p{M}' ]+");
    private static final Pattern SPACES = Pattern.compile(" +");

    private static final LoadingCache<String, LanguageDetectorModel> MODELS = Caffeine.newBuilder()
            .softValues()
            .expireAfterAccess(Duration.ofHours(1))
            .build(Languages::load);

    private Languages() {}

    /**
     * Whether a text is in another language than those.
     *
     * @param wanted of {@link #CODES}
     * @return false when the text is too short to tell, or may well be in one of those
     */
    static boolean isForeign(String text, Set<String> wanted) {
        String words = words(text);
        if (words.chars().filter(Character::isLetter).limit(LEAST_LETTERS).count() < LEAST_LETTERS) {
            return false;
        }
        Set<String> names =
                wanted.stream().flatMap(code -> NAMES.get(code).stream()).collect(Collectors.toSet());
        double likeliestWanted = 0;
        double likeliestOther = 0;
        for (Language language : new LanguageDetectorME(MODELS.get(MODEL)).predictLanguages(words)) {
            if (names.contains(language.getLang())) {
                likeliestWanted = Math.max(likeliestWanted, language.getConfidence());
            } else {
                likeliestOther = Math.max(likeliestOther, language.getConfidence());
            }
        }
        return likeliestOther >= CERTAIN * likeliestWanted;
    }

    /** Whether the model has all names of a language: they are written down twice. */
    static boolean isKnown(String code) {
        return Set.of(new LanguageDetectorME(MODELS.get(MODEL)).getSupportedLanguages())
                .containsAll(NAMES.get(code));
    }

    private static String words(String text) {
        int end = text.offsetByCodePoints(0, Math.min(MOST_LOOKED_AT, text.codePointCount(0, text.length())));
        String words = NO_WORDS.matcher(text.substring(0, end)).replaceAll(" ");
        return SPACES.matcher(words).replaceAll(" ").strip();
    }

    private static LanguageDetectorModel load(String resource) {
        try (InputStream in = Languages.class.getResourceAsStream(resource)) {
            // OpenNLP reads it twice, and would buffer what is no array at up to three times its size.
            return new LanguageDetectorModel(new ByteArrayInputStream(in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException("the model of languages cannot be read", e);
        }
    }
}
