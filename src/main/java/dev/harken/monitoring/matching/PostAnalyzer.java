package dev.harken.monitoring.matching;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.util.CharTokenizer;

/** Takes folded text apart into the words that keywords mean. */
final class PostAnalyzer extends Analyzer {
    /**
     * UTF-16 units. Longer words are taken apart: no keyword is so long, and Lucene refuses a post with a word above
     * 32,766 bytes.
     */
    private static final int LONGEST_WORD = 10_000;

    @Override
    protected TokenStreamComponents createComponents(String fieldName) {
        return new TokenStreamComponents(words());
    }

    private static Tokenizer words() {
        return new CharTokenizer(TokenStream.DEFAULT_TOKEN_ATTRIBUTE_FACTORY, LONGEST_WORD) {
            @Override
            protected boolean isTokenChar(int c) {
                return SearchText.isWord(c);
            }
        };
    }
}
