package dev.harken.monitoring.drafting;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A post or comment as a language model is shown it: as JSON, whose escapes no text can break out of. */
final class PostData {
    static final int LONGEST_RULES = 6_000;

    /** Reddit allows 40,000 characters; what a reply takes up stands in the beginning, and each has its price. */
    private static final int LONGEST_TEXT = 10_000;

    private PostData() {}

    static ObjectNode of(DraftRequest request) {
        ObjectNode data = ModelJson.READER.createObjectNode();
        ObjectNode post = data.putObject(request.isComment() ? "comment" : "post");
        post.put("subreddit", request.subreddit());
        post.put("author", request.author());
        post.put(request.isComment() ? "thread_title" : "title", request.title());
        post.put("text", cut(request.text(), LONGEST_TEXT));
        return data;
    }

    /** The beginning of a text, cut between two characters. */
    static String cut(String text, int most) {
        return text.length() <= most
                ? text
                : text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
    }
}
