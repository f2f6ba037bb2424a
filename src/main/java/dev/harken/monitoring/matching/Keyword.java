package dev.harken.monitoring.matching;

/**
 * One compiled keyword.
 *
 * @param excludes whether a post with what the query asks for is left out
 * @param instructions the size of its regular expressions, by which the time to match grows; 0 for words
 */
record Keyword(String written, boolean excludes, Query query, int instructions) {
    static final int LONGEST = 500;

    static Keyword parse(int index, String keyword, Stemming stemming, boolean isStored) throws KeywordException {
        String written = keyword.strip();
        if (written.isEmpty()) {
            throw new KeywordException(index, "is empty");
        }
        if (written.codePointCount(0, written.length()) > LONGEST) {
            throw new KeywordException(index, "is too long: at most " + LONGEST + " characters");
        }
        QueryParser parser = new QueryParser(index, written, stemming, isStored);
        Query query = parser.parse();
        // What a post with nothing in it has, only says what a post must not have.
        boolean excludes = query.matchesNothing();
        if (excludes && !(query instanceof Query.Not)) {
            throw new KeywordException(index, "only says what a post must not have: say what to look for");
        }
        Query asked = excludes && query instanceof Query.Not not ? not.part() : query;
        if (excludes && asked instanceof Query.Expression it && Expressions.isEverywhere(it.pattern())) {
            throw new KeywordException(index, "would exclude every post");
        }
        return new Keyword(written, excludes, asked, parser.instructions());
    }

    boolean matches(SearchedPost post) {
        return query.matches(post);
    }
}
