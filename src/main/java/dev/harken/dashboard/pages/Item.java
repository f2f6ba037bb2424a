package dev.harken.dashboard.pages;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harken.dashboard.text.Marked;
import dev.harken.dashboard.text.Piece;
import dev.harken.monitoring.matching.Highlights;
import dev.harken.monitoring.reddit.Post;
import dev.harken.posts.PostView;
import dev.harken.responses.ResponseView;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A post in the feed. Public for the template engine.
 *
 * @param comment whether it is a comment, whose title is that of the thread
 * @param client its client's name where several are shown, or empty
 * @param grade of the best draft, or empty
 * @param drafts how many there are
 * @param copied whether one of them was copied
 * @param overdue whether it waits for review for longer than the client wants
 * @param gone whether it was deleted on Reddit
 */
public record Item(
        long id,
        boolean comment,
        String client,
        List<Piece> title,
        List<Piece> excerpt,
        String subreddit,
        Instant at,
        int score,
        int comments,
        boolean reviewed,
        boolean flagged,
        boolean gone,
        boolean overdue,
        int drafts,
        String grade,
        boolean copied) {
    private static final int EXCERPT = 180;

    static Item of(PostView post, String client, ObjectMapper mapper) {
        Highlights found = highlights(Optional.ofNullable(post.highlights()), mapper);
        List<ResponseView> drafts = post.responses();
        return new Item(
                post.id(),
                Post.isComment(post.redditPostId().toString()),
                client,
                Marked.whole(post.title().toString(), found.title()),
                Marked.excerpt(post.content().toString(), found.content(), EXCERPT),
                String.valueOf(post.subreddit()),
                post.createdAt(),
                post.score(),
                post.numComments(),
                post.reviewed(),
                post.flagged(),
                post.goneAt() != null,
                post.overdueAt() != null,
                drafts.size(),
                drafts.stream()
                        .filter(draft -> draft.score() != null && draft.grade() != null)
                        .max(Comparator.comparing(ResponseView::score))
                        .map(draft -> draft.grade().toString())
                        .orElse(""),
                drafts.stream().anyMatch(ResponseView::copied));
    }

    /** Where the terms are; nowhere for posts of the old system, and for JSON that is none of ours. */
    static Highlights highlights(Optional<String> json, ObjectMapper mapper) {
        try {
            return json.isPresent() ? mapper.readValue(json.get(), Highlights.class) : Highlights.none();
        } catch (JsonProcessingException | RuntimeException e) {
            return Highlights.none();
        }
    }
}
