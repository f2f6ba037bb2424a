package dev.harken.monitoring.drafting;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.text.StringSubstitutor;

/**
 * A client's reply with placeholders in braces. What is put in their place is data: braces in it stay, and its Markdown
 * has no effect. Immutable and thread-safe.
 */
public final class ReplyTemplate {
    /** Reddit's limit for a comment, in characters. */
    private static final int LONGEST_COMMENT = 300;

    private static final int LONGEST_REPLY = 10_000;

    private static final Map<String, Value> KNOWN = Map.of(
            "author",
            request -> request.author() == null ? "there" : request.author(),
            "client",
            DraftRequest::client,
            "comment",
            request -> request.isComment() ? PostData.cut(request.text(), LONGEST_COMMENT) : "",
            "keyword",
            request -> topic(request.keywords()),
            "subreddit",
            DraftRequest::subreddit,
            "title",
            DraftRequest::title);

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)(\\}?)");

    /** In quotes that are straight, or curled as telephones do. */
    private static final Pattern PHRASE =
            Pattern.compile("[\"\u201c\u201d\u201e]([^\"\u201c\u201d\u201e]*)[\"\u201c\u201d\u201e]");

    /** What means something to a query and nothing to who reads a reply. */
    private static final Pattern SYNTAX = Pattern.compile("[*()\"\u201c\u201d\u201e]|^-|(?:^|\\s)(?:[-/]\\S"
            + "|(?:AND|OR|NOT|NEAR(?:/\\d+)?)(?:\\s|$)|(?i:title|text|author|flair|subreddit):\\S)");

    private static final Pattern NOTIFIED_AUTHOR = Pattern.compile("/?u/\\{author\\}");

    private static final ReplyTemplate STANDARD = new ReplyTemplate(
            """
            Hi {author}, I work with {client}, so {keyword} is something I deal with a lot. I read your post “{title}”, \
            and here's how I'd go about it:

            1. Write down what you need and what you can spend.
            2. Try one thing at a time for a week, and note what changed.
            3. Compare two or three ways before you pay for any. For example, ask people here what they use.

            In my experience the first step saves the most time. What have you tried so far?""");

    private static final ReplyTemplate STANDARD_FOR_COMMENTS = new ReplyTemplate(
            STANDARD.template.replace("your post “{title}”", "your comment “{comment}” under “{title}”"));

    private final String template;

    private ReplyTemplate(String template) {
        this.template = template;
    }

    /**
     * Reads a template that a client wrote.
     *
     * @throws TemplateException when it is empty or has a placeholder that is unknown or not closed
     */
    public static ReplyTemplate parse(String template) throws TemplateException {
        if (template.isBlank()) {
            throw new TemplateException("is empty");
        }
        for (Matcher placeholder = PLACEHOLDER.matcher(template); placeholder.find(); ) {
            if (placeholder.group(2).isEmpty()) {
                throw new TemplateException("has a { that is not closed by }");
            }
            if (!KNOWN.containsKey(placeholder.group(1))) {
                throw new TemplateException("has an unknown placeholder " + placeholder.group() + "; known are {"
                        + String.join("}, {", new TreeSet<>(KNOWN.keySet())) + "}");
            }
        }
        return new ReplyTemplate(template);
    }

    /** For clients without a template of their own: general advice, and a plain word about who writes. */
    public static ReplyTemplate standard() {
        return STANDARD;
    }

    /** As the client wrote it. */
    String text() {
        return template;
    }

    /** The reply, at most 10,000 characters. */
    public String fill(DraftRequest request) {
        if (this == STANDARD && request.isComment()) {
            return STANDARD_FOR_COMMENTS.fill(request);
        }
        StringSubstitutor substitutor =
                new StringSubstitutor(name -> PlainInsert.of(KNOWN.get(name).of(request)), "{", "}", '\0');
        substitutor.setDisableSubstitutionInValues(true);
        substitutor.setValueDelimiterMatcher(null);
        // Without an author, u/{author} would notify whoever is called "there".
        String reply = substitutor.replace(
                request.author() == null ? NOTIFIED_AUTHOR.matcher(template).replaceAll("{author}") : template);
        if (reply.length() <= LONGEST_REPLY) {
            return reply;
        }
        int end = LONGEST_REPLY - 1;
        return reply.substring(0, Character.isHighSurrogate(reply.charAt(end - 1)) ? end - 1 : end) + "…";
    }

    /** The first keyword that is plain words or a phrase, without its quotes: no other makes sense in a sentence. */
    private static String topic(List<String> keywords) {
        return keywords.stream()
                .map(ReplyTemplate::words)
                .filter(words -> !words.isEmpty())
                .findFirst()
                .orElse("this");
    }

    private static String words(String keyword) {
        Matcher phrase = PHRASE.matcher(keyword);
        if (phrase.matches()) {
            return phrase.group(1).strip();
        }
        return SYNTAX.matcher(keyword).find() ? "" : keyword.strip();
    }

    private interface Value {
        String of(DraftRequest request);
    }
}
