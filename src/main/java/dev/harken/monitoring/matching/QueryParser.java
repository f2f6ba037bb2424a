package dev.harken.monitoring.matching;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;

/**
 * Reads one keyword. {@code OR} binds less than {@code AND}, which may be left out, {@code AND} less than {@code NOT} or
 * a minus, these less than {@code NEAR}. Operators are in capitals; plain words in sequence are a phrase.
 *
 * <pre>
 * either = all {"OR" all}
 * all    = one {["AND"] one}
 * one    = ("NOT" | "-") one | near
 * near   = part {("NEAR" | "NEAR/" number) part}
 * part   = "(" either ")" | field ":" part | quoted phrase | /expression/ | words
 * </pre>
 *
 * Not thread-safe; for one use.
 */
final class QueryParser {
    private static final Set<Field> EVERYWHERE = Set.of(Field.TITLE, Field.TEXT);
    private static final int NEAR = 10;
    private static final int MOST_NEAR = 100;
    private static final java.util.regex.Pattern FIELD =
            java.util.regex.Pattern.compile("(?i)(title|text|author|flair|subreddit):(?=\\S)");
    private static final java.util.regex.Pattern OPERATOR =
            java.util.regex.Pattern.compile("(AND|OR|NOT|NEAR(?:/(\\d{1,9}))?)(?=$|\\s|\\()");
    private static final java.util.regex.Pattern PLACE = java.util.regex.Pattern.compile("(?i)^/?[ur]/(?=\\S)");

    private final int index;
    private final String text;
    private final Stemming stemming;
    private final boolean isStored;
    private int at;
    private int open;
    private int instructions;

    /** @param isStored whether it was accepted once: then a parenthesis that nothing opened is as good as a letter */
    QueryParser(int index, String text, Stemming stemming, boolean isStored) {
        this.isStored = isStored;
        this.index = index;
        this.text = text;
        this.stemming = stemming;
    }

    Query parse() throws KeywordException {
        // As the old system had it: a minus at the start may stand apart.
        if (text.startsWith("-") && text.substring(1).isBlank()) {
            throw new KeywordException(index, "is a lone minus: say after it what to exclude");
        }
        return either(EVERYWHERE);
    }

    /** The size of the regular expressions together, in RE2's instructions; known when parsed. */
    int instructions() {
        return instructions;
    }

    private Query either(Set<Field> fields) throws KeywordException {
        List<Query> parts = new ArrayList<>(List.of(all(fields)));
        while (takeOperator("OR")) {
            parts.add(all(fields));
        }
        return parts.size() == 1 ? parts.get(0) : new Query.Or(List.copyOf(parts));
    }

    private Query all(Set<Field> fields) throws KeywordException {
        List<Query> parts = new ArrayList<>(List.of(one(fields)));
        while (takeOperator("AND") || isAnother()) {
            parts.add(one(fields));
        }
        return parts.size() == 1 ? parts.get(0) : new Query.And(List.copyOf(parts));
    }

    private boolean isAnother() {
        skipSpace();
        return at < text.length() && !isClosing() && !isOperator("OR") && !isOperator("NEAR");
    }

    private Query one(Set<Field> fields) throws KeywordException {
        boolean atStart = at == 0;
        skipSpace();
        if (takeOperator("NOT")) {
            return not(one(fields));
        }
        if (isMinus(atStart)) {
            at++;
            return not(one(fields));
        }
        return near(fields);
    }

    private static Query not(Query query) {
        return query instanceof Query.Not twice ? twice.part() : new Query.Not(query);
    }

    /** A minus that something follows at once; at the keyword's start, white space may stand between. */
    private boolean isMinus(boolean atStart) {
        return at < text.length()
                && text.charAt(at) == '-'
                && at + 1 < text.length()
                && (atStart || !Character.isWhitespace(text.charAt(at + 1)));
    }

    private Query near(Set<Field> fields) throws KeywordException {
        Query left = part(fields);
        while (isOperator("NEAR")) {
            int operator = at;
            Matcher near = operator();
            at = near.end();
            int most = near.group(2) == null ? NEAR : Integer.parseInt(near.group(2));
            if (most > MOST_NEAR) {
                throw broken("has NEAR/" + most + ": at most " + MOST_NEAR + " words", operator);
            }
            Query right = part(fields);
            left = new Query.Near(
                    sameFields(List.of(left, right), operator), words(left, operator), words(right, operator), most);
        }
        return left;
    }

    private Set<Field> sameFields(List<Query> queries, int operator) throws KeywordException {
        Set<Field> fields = fieldsOf(queries.get(0), operator);
        for (Query query : queries.subList(1, queries.size())) {
            if (!fields.equals(fieldsOf(query, operator))) {
                throw broken("has NEAR between two fields", operator);
            }
        }
        return fields;
    }

    private Set<Field> fieldsOf(Query query, int operator) throws KeywordException {
        if (query instanceof Query.Words words) {
            return words.fields();
        }
        if (query instanceof Query.Or or) {
            return sameFields(or.parts(), operator);
        }
        throw notNear(operator);
    }

    private List<Wording> words(Query query, int operator) throws KeywordException {
        if (query instanceof Query.Words words) {
            return List.of(words.wording());
        }
        if (query instanceof Query.Or or) {
            List<Wording> all = new ArrayList<>();
            for (Query part : or.parts()) {
                all.addAll(words(part, operator));
            }
            return all;
        }
        throw notNear(operator);
    }

    private KeywordException notNear(int operator) {
        return broken("has NEAR beside something else than words, a phrase, or several of them with OR", operator);
    }

    private Query part(Set<Field> fields) throws KeywordException {
        skipSpace();
        if (at == text.length()) {
            throw broken("ends where something to look for is missing", at);
        }
        if (isClosing() || isOperator("AND") || isOperator("OR") || isOperator("NEAR")) {
            throw broken("has nothing to look for before “" + upcoming() + "”", at);
        }
        Matcher field = FIELD.matcher(text).region(at, text.length());
        if (field.lookingAt()) {
            at = field.end();
            return of(Set.of(Field.named(field.group(1)).orElseThrow()), true);
        }
        return of(fields, false);
    }

    /** @param oneWord whether plain words end with the first, as after a field */
    private Query of(Set<Field> fields, boolean oneWord) throws KeywordException {
        char first = text.charAt(at);
        if (first == '(') {
            return group(fields);
        }
        if (KeywordList.isQuote(first)) {
            return phrase(fields);
        }
        return first == '/' ? expression(fields) : plain(fields, oneWord);
    }

    private Query group(Set<Field> fields) throws KeywordException {
        int opening = at++;
        open++;
        Query inside = either(fields);
        skipSpace();
        if (at == text.length()) {
            throw broken("has no closing parenthesis for the one", opening);
        }
        at++;
        open--;
        return inside;
    }

    private Query phrase(Set<Field> fields) throws KeywordException {
        int opening = at;
        int closing = KeywordList.closingQuote(text, opening);
        if (closing < 0) {
            throw broken("has no closing quote for the one", opening);
        }
        at = closing + 1;
        if (at < text.length() && !endsPart(at)) {
            throw broken("goes on after a closing quote without a blank", at);
        }
        String folded = SearchText.fold(text.substring(opening + 1, closing));
        return new Query.Words(fields, WordPattern.literal(notBlank(folded, opening)));
    }

    private Query expression(Set<Field> fields) throws KeywordException {
        int opening = at;
        int closing = KeywordList.closingSlash(text, opening);
        if (closing < 0) {
            throw broken("has no closing slash", opening, "put it in \"quotes\" if it is not a regular expression");
        }
        at = closing + 1;
        String source = text.substring(opening + 1, closing);
        notBlank(source, opening);
        Pattern pattern = Expressions.compile(source, (what, advice) -> broken(what, opening, advice));
        instructions += pattern.programSize();
        return new Query.Expression(fields, pattern, RequiredLetters.of(source));
    }

    private Query plain(Set<Field> fields, boolean oneWord) throws KeywordException {
        int start = at;
        List<String> words = new ArrayList<>();
        do {
            words.add(word());
            skipSpace();
        } while (!oneWord && at < text.length() && isPlain());
        String written = String.join(" ", words);
        String name =
                fields.stream().allMatch(Field::isName) ? PLACE.matcher(written).replaceFirst("") : written;
        String folded = notBlank(SearchText.fold(name), start);
        if (folded.chars().allMatch(c -> c == '*' || c == ' ')) {
            throw broken("has nothing but *", start);
        }
        boolean inForms =
                stemming != Stemming.NONE && fields.stream().noneMatch(Field::isName) && StemPattern.suits(folded);
        return new Query.Words(fields, inForms ? StemPattern.of(stemming, folded) : WordPattern.starred(folded));
    }

    /** Whether a plain word goes on from here, and nothing that means something else. */
    private boolean isPlain() {
        char c = text.charAt(at);
        boolean isOther = c == '('
                || c == '/'
                || KeywordList.isQuote(c)
                || isClosing()
                || isMinus(false)
                || operator() != null
                || FIELD.matcher(text).region(at, text.length()).lookingAt();
        return !isOther;
    }

    /** A parenthesis that a word opens and closes is part of it, as in {@code f(x)}. */
    private String word() throws KeywordException {
        int start = at;
        int ownOpen = 0;
        while (at < text.length() && !Character.isWhitespace(text.charAt(at)) && (ownOpen > 0 || !isClosing())) {
            char c = text.charAt(at);
            ownOpen += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (ownOpen < 0 && !isStored) {
                throw broken(
                        "has a closing parenthesis that was not opened",
                        at,
                        "put it in \"quotes\" if it belongs there");
            }
            ownOpen = Math.max(ownOpen, 0);
            if (KeywordList.isQuote(c)) {
                throw broken("has a quote inside a word", at);
            }
            if (c == ',') {
                throw broken("has a comma", at, "put it in \"quotes\" if it belongs there, or make two keywords of it");
            }
            at++;
        }
        return text.substring(start, at);
    }

    private boolean isClosing() {
        return open > 0 && text.charAt(at) == ')';
    }

    private boolean endsPart(int position) {
        char c = text.charAt(position);
        return Character.isWhitespace(c) || c == ')';
    }

    private boolean takeOperator(String name) {
        if (!isOperator(name)) {
            return false;
        }
        at = operator().end();
        return true;
    }

    private boolean isOperator(String name) {
        skipSpace();
        Matcher operator = operator();
        return operator != null && operator.group(1).startsWith(name);
    }

    /** The operator that stands here, or null. */
    private Matcher operator() {
        Matcher operator = OPERATOR.matcher(text).region(at, text.length());
        return operator.lookingAt() ? operator : null;
    }

    private String upcoming() {
        return Optional.ofNullable(operator()).map(Matcher::group).orElse(")");
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private String notBlank(String folded, int start) throws KeywordException {
        String trimmed = folded.strip();
        if (trimmed.isEmpty()) {
            throw broken("has nothing to look for", start);
        }
        return trimmed;
    }

    private KeywordException broken(String message, int position, String advice) {
        KeywordException plain = broken(message, position);
        return new KeywordException(
                index, plain.getMessage() + ": " + advice, plain.position().orElse(0));
    }

    /** The message ends in the place, counted from 1 as users do. */
    private KeywordException broken(String message, int position) {
        int character = text.codePointCount(0, Math.min(position, text.length())) + 1;
        return new KeywordException(index, message + ", at character " + character, character);
    }
}
