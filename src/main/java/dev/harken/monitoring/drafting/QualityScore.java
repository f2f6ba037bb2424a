package dev.harken.monitoring.drafting;

import dev.harken.monitoring.drafting.Quality.Part;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Judges a draft by five parts with the weights that the old system had: relevance 25 %, helpfulness 25 %, authenticity
 * 20 %, readability 15 %, compliance 15 %. Each part counts signs in the text, so the same draft always gets the same
 * score. The signs are English; a draft in another language scores low without being bad.
 */
public final class QualityScore {
    private static final int SHORTEST = 10;

    private static final Pattern QUESTION = Pattern.compile("[?？؟]");
    private static final Pattern YOU = words("you|your|yours|you're|you've|you'd|you'll|op");
    private static final Pattern STEP_LINE = Pattern.compile("(?m)^[ \\t]*+(?:\\d++[.)]|[-*+])[ \\t]++\\S");
    private static final Pattern STEP_WORDS = words("first|second|then|next|after that|finally|step \\d+");
    private static final Pattern ADVICE =
            words("try|check|use|start|compare|ask|write down|measure|set|make sure|avoid|keep|look at|test|read|note"
                    + "|switch|turn|call|plan|track|split|pick");
    private static final Pattern SOURCE = Pattern.compile(
            "(?i)https?://|\\b(?:for example|for instance|e\\.g\\.|docs?|guide|wiki|manual|according to)\\b");
    private static final Pattern OWN = words("i|i'm|i've|i'd|i'll|my|mine|we|we've|our");
    private static final Pattern EXPERIENCE = words(
            "in my experience|i've (?:been|had|used|seen|done|tried|found|run)|i (?:used|had|tried|found|ran|did|went|switched)"
                    + "|i work (?:with|at|for|in)|when i|mine (?:did|had|got|was)|worked for me|took me");
    private static final Pattern TONE = words(
            "[\\p{L}\\p{N}]++'(?:s|t|re|ve|d|ll|m)|imo|imho|honestly|tbh|yeah|hey|hi|pretty|kind of|fwiw|good luck|probably");
    private static final Pattern CANNED =
            words("great question|i hope this helps|hope this helps|as an ai|look no further"
                    + "|game[- ]changer|unlock|leverage|delve|in today's|fast-paced|feel free to|don't hesitate|reach out"
                    + "|elevate|revolutioni[sz]e|cutting[- ]edge|world-class|thank you for (?:sharing|posting|reaching)"
                    + "|thrilled|seamless(?:ly)?|dear (?:sir|customer|user)");
    private static final Pattern ADVERTISING =
            words("buy now|order now|sign up|discount|promo|coupon|free trial|special offer"
                    + "|limited[- ]time|check out (?:our|my)|visit (?:our|my)|our (?:product|service|website|shop|store|app)"
                    + "|best (?:price|deal)s?|guaranteed?|act now|click here|subscribe|don't miss|\\d+ ?% off");
    /** Looked for in each link by itself. */
    private static final Pattern AFFILIATE = Pattern.compile(
            "(?i)[?&](?:ref|aff|affid|affiliate|tag|partner|utm_\\w+)=|^https?://(?:bit\\.ly|amzn\\.to|tinyurl\\.com)/");

    private static final Pattern PRIVATE =
            words("(?:dm|pm|message|inbox|text|whatsapp) (?:me|us)|send (?:me|us) a (?:dm|pm|message)"
                    + "|my dms|slide into");
    private static final Pattern LINK = Pattern.compile("(?i)https?://\\S+");
    private static final Pattern SHOUT = Pattern.compile("\\b\\p{Lu}{4,}\\b");
    private static final Pattern EXCLAMATION = Pattern.compile("!");

    /** Too common to say what a title is about. */
    private static final Set<String> COMMON = Set.of(
            "the", "and", "for", "are", "but", "not", "you", "your", "with", "this", "that", "have", "has", "had",
            "how", "what", "when", "where", "which", "who", "why", "can", "could", "should", "would", "does", "did",
            "any", "anyone", "was", "were", "will", "from", "they", "them", "there", "their", "its", "our", "out",
            "get", "got", "just", "like", "need", "help", "please", "about", "into", "than", "then", "too", "very",
            "some", "all", "been", "being", "after", "before", "best", "good", "really", "still", "one");

    private QualityScore() {}

    /** Judges a reply to a post; one under 10 characters gets 0. */
    public static Quality judge(String draft, DraftRequest post) {
        String text = draft.strip().replace('’', '\'');
        List<Part> parts = text.codePointCount(0, text.length()) < SHORTEST
                ? nothing()
                : List.of(
                        relevance(text, post),
                        helpfulness(text),
                        authenticity(text),
                        readability(text),
                        compliance(text));
        int score = (int) Math.round(
                parts.stream().mapToDouble(part -> part.score() * part.weight()).sum());
        return new Quality(score, grade(score), parts);
    }

    static String grade(int score) {
        int[] least = {95, 90, 85, 80, 75, 70, 65, 60, 55, 50};
        String[] grades = {"A+", "A", "A-", "B+", "B", "B-", "C+", "C", "C-", "D"};
        for (int i = 0; i < least.length; i++) {
            if (score >= least[i]) {
                return grades[i];
            }
        }
        return "F";
    }

    private static List<Part> nothing() {
        String reason = "The draft has under " + SHORTEST + " characters.";
        return List.of(
                new Part("relevance", 0, 0.25, reason),
                new Part("helpfulness", 0, 0.25, reason),
                new Part("authenticity", 0, 0.20, reason),
                new Part("readability", 0, 0.15, reason),
                new Part("compliance", 0, 0.15, reason));
    }

    private static Part relevance(String text, DraftRequest post) {
        Set<String> about = subjects(post.title());
        if (about.isEmpty()) {
            about = subjects(post.text() + " " + String.join(" ", post.keywords()));
        }
        Set<String> said = subjects(text);
        long shared = about.stream().filter(said::contains).count();
        // Half of the title's words is as much as a natural answer takes up.
        double overlap = about.isEmpty() ? 0 : Math.min(1, 2.0 * shared / about.size());
        boolean addressed = count(YOU, text) > 0 || (post.author() != null && text.contains(post.author()));
        boolean asked = count(QUESTION, post.title() + post.text()) > 0;
        boolean answered = !asked || count(ADVICE, text) > 0 || count(STEP_WORDS, text) > 0;
        int score = (int) Math.round(60 * overlap) + (addressed ? 20 : 0) + (answered ? 20 : 0);
        return new Part(
                "relevance",
                score,
                0.25,
                "It takes up " + shared + " of the title's " + about.size() + " words, "
                        + (addressed ? "speaks" : "does not speak") + " to the poster"
                        + (asked ? (answered ? " and answers a question." : " and leaves the question open.") : "."));
    }

    private static Part helpfulness(String text) {
        long steps = Math.max(count(STEP_LINE, text), count(STEP_WORDS, text));
        long advice = ADVICE.matcher(text)
                .results()
                .map(found -> found.group().toLowerCase(Locale.ROOT))
                .distinct()
                .count();
        boolean source = count(SOURCE, text) > 0;
        int words = Reading.of(text).words();
        int score = 20
                + (int) Math.min(25, 9 * steps)
                + (int) Math.min(30, 8 * advice)
                + (source ? 10 : 0)
                + (words >= 40 ? 15 : words >= 20 ? 8 : -10);
        return new Part(
                "helpfulness",
                clamp(score),
                0.25,
                "It has " + steps + " steps, " + advice + " kinds of advice and "
                        + (source ? "a source or example" : "no source or example") + " in " + words + " words.");
    }

    private static Part authenticity(String text) {
        boolean own = count(OWN, text) > 0;
        boolean experience = count(EXPERIENCE, text) > 0;
        boolean tone = count(TONE, text) > 0;
        boolean asksBack = count(QUESTION, LINK.matcher(text).replaceAll("")) > 0;
        long advertising = count(ADVERTISING, text);
        long canned = count(CANNED, text);
        long exclamations = count(EXCLAMATION, text);
        int score = 45
                + (own ? 10 : 0)
                + (experience ? 25 : 0)
                + (tone ? 10 : 0)
                + (asksBack ? 10 : 0)
                - (int) Math.min(75, 25 * canned)
                - (int) Math.min(60, 20 * advertising)
                - (exclamations > 2 ? 10 : 0);
        return new Part(
                "authenticity",
                clamp(score),
                0.20,
                "It " + (experience ? "tells of own experience" : own ? "speaks for itself" : "could be by anyone")
                        + " and has " + canned + " canned phrases.");
    }

    private static Part readability(String text) {
        Reading reading = Reading.of(text);
        int score = clamp((int) Math.round(reading.ease()));
        return new Part(
                "readability", score, 0.15, "Its Flesch reading ease is " + score + "; 60 to 70 is plain English.");
    }

    private static Part compliance(String text) {
        long advertising = count(ADVERTISING, text);
        boolean affiliate = LINK.matcher(text)
                .results()
                .anyMatch(link -> AFFILIATE.matcher(link.group()).find());
        boolean elsewhere = count(PRIVATE, text) > 0;
        boolean shouting = count(SHOUT, text) > 1 || text.contains("!!");
        boolean manyLinks = count(LINK, text) > 2;
        int score = 100
                - (int) Math.min(75, 25 * advertising)
                - (affiliate ? 40 : 0)
                - (elsewhere ? 30 : 0)
                - (shouting ? 20 : 0)
                - (manyLinks ? 20 : 0);
        String found = List.of(
                        advertising > 0 ? "advertising" : "",
                        affiliate ? "affiliate links" : "",
                        elsewhere ? "a call to write in private" : "",
                        shouting ? "shouting" : "",
                        manyLinks ? "more than two links" : "")
                .stream()
                .filter(sign -> !sign.isEmpty())
                .collect(Collectors.joining(", "));
        return new Part(
                "compliance",
                clamp(score),
                0.15,
                found.isEmpty() ? "Nothing in it reads as advertising or shouting." : "It has " + found + ".");
    }

    /** The words that say what a text is about, plural or not. */
    private static Set<String> subjects(String text) {
        return Reading.WORD
                .matcher(text.toLowerCase(Locale.ROOT).replace('’', '\''))
                .results()
                .map(word -> word.group().replaceFirst("'s?$", ""))
                .filter(word -> word.length() > 2 && !COMMON.contains(word))
                .map(word -> word.length() > 3 && word.endsWith("s") ? word.substring(0, word.length() - 1) : word)
                .collect(Collectors.toSet());
    }

    private static long count(Pattern sign, String text) {
        return sign.matcher(text).results().count();
    }

    private static Pattern words(String alternatives) {
        return Pattern.compile(
                "(?<![\\p{L}\\p{N}'])(?:" + alternatives + ")(?![\\p{L}\\p{N}'])", Pattern.CASE_INSENSITIVE);
    }

    private static int clamp(int score) {
        return Math.max(0, Math.min(100, score));
    }
}
