package dev.harken.dashboard.pages;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harken.auth.Caller;
import dev.harken.clients.Client;
import dev.harken.clients.ClientDao;
import dev.harken.dashboard.text.Markdown;
import dev.harken.dashboard.text.Marked;
import dev.harken.dashboard.text.Piece;
import dev.harken.database.Transactions;
import dev.harken.http.ProblemException;
import dev.harken.live.Viewing;
import dev.harken.live.ViewingDao;
import dev.harken.monitoring.feed.Feed;
import dev.harken.monitoring.matching.Highlights;
import dev.harken.posts.MatchedPost;
import dev.harken.posts.PostDao;
import dev.harken.responses.AiResponse;
import dev.harken.responses.ResponseDao;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/** Reads a post with all that a reviewer needs beside it. Thread-safe. */
public final class PostDesk {
    private final Transactions transactions;
    private final PostDao posts;
    private final ResponseDao responses;
    private final ClientDao clients;
    private final Feed feed;
    private final ViewingDao viewings;
    private final ObjectMapper mapper;

    public PostDesk(
            Transactions transactions,
            PostDao posts,
            ResponseDao responses,
            ClientDao clients,
            Feed feed,
            ViewingDao viewings,
            ObjectMapper mapper) {
        this.transactions = transactions;
        this.posts = posts;
        this.responses = responses;
        this.clients = clients;
        this.feed = feed;
        this.viewings = viewings;
        this.mapper = mapper;
    }

    /**
     * A post with its drafts.
     *
     * @throws ProblemException 404
     */
    Panel post(Caller caller, long id) {
        Found found = transactions.read(caller.tenant(), session -> {
            MatchedPost post = posts.find(session, id).orElseThrow(() -> ProblemException.notFound("post", id));
            return new Found(post, clients.find(session, post.clientId()), responses.ofPost(session, id));
        });
        MatchedPost post = found.post();
        Optional<String> rules = feed.knownRules(post.subreddit());
        boolean required = found.client().filter(Client::requiresCompliance).isPresent();
        Highlights marks = Item.highlights(post.highlights(), mapper);
        return new Panel(
                id,
                post.isComment(),
                Marked.whole(post.title(), marks.title()),
                post.title(),
                Markdown.html(post.content(), marks.content()),
                post.subreddit(),
                post.author().orElse(""),
                found.client().map(Client::name).orElse(""),
                address(post),
                post.postedAt().orElse(post.createdAt()),
                post.createdAt(),
                post.score(),
                post.numComments(),
                post.keywordsMatched(),
                post.relevance().map(score -> score + "/100").orElse(""),
                post.relevanceReason().orElse(""),
                post.goneAt().isPresent(),
                post.overdueAt().isPresent(),
                new MarksShown(id, post.isReviewed(), post.isFlagged()),
                new Drafts(
                        id,
                        IntStream.range(0, found.drafts().size())
                                .mapToObj(i -> draft(found.drafts().get(i), required, post, i))
                                .toList(),
                        "",
                        post.goneAt().isPresent()),
                rules.orElse(""),
                rules.isPresent());
    }

    /**
     * One draft as it is now.
     *
     * @param place the number by which the page shows it, from 0
     * @throws ProblemException 404
     */
    Draft draft(Caller caller, long id, int place) {
        return transactions.read(caller.tenant(), session -> {
            AiResponse response =
                    responses.find(session, id).orElseThrow(() -> ProblemException.notFound("response", id));
            MatchedPost post =
                    posts.find(session, response.postId()).orElseThrow(() -> ProblemException.notFound("response", id));
            boolean required = clients.find(session, response.clientId())
                    .filter(Client::requiresCompliance)
                    .isPresent();
            return draft(response, required, post, place);
        });
    }

    /**
     * Tells pages that have the same post open of one that has it open, or closed it.
     *
     * @throws ProblemException 404
     */
    void tellViewing(Caller caller, long id, String page, boolean open, boolean asks) {
        transactions.record(caller.tenant(), session -> {
            long client = posts.clientOf(session, id).orElseThrow(() -> ProblemException.notFound("post", id));
            viewings.tell(session, new Viewing(client, id, caller.userId(), page, open, asks));
        });
    }

    private Draft draft(AiResponse response, boolean required, MatchedPost post, int place) {
        return new Draft(
                response.id(),
                place,
                response.content(),
                response.revision(),
                response.isCopied(),
                required,
                response.isComplianceAck(),
                response.score().map(String::valueOf).orElse(""),
                response.grade().orElse(""),
                response.qualityBreakdown().map(this::reasons).orElse(List.of()),
                response.createdAt(),
                post.subreddit());
    }

    /** The parts of a score; none where the old system wrote them in another way. */
    private List<Reason> reasons(String json) {
        List<Reason> reasons = new ArrayList<>();
        try {
            for (JsonNode part : mapper.readTree(json)) {
                if (part.path("reason").isTextual() && part.path("name").isTextual()) {
                    reasons.add(new Reason(
                            part.get("name").asText(),
                            part.path("score").asInt(),
                            (int) Math.round(part.path("weight").asDouble() * 100),
                            part.get("reason").asText()));
                }
            }
        } catch (JsonProcessingException e) {
            return List.of();
        }
        return reasons;
    }

    /** The thread on Reddit; what a post of the old system says of it is taken only if it leads there. */
    private static String address(MatchedPost post) {
        return post.permalink()
                .map(link -> link.startsWith("/") ? "https://www.reddit.com" + link : link)
                .filter(link -> link.matches("https://(?:[a-z]+\\.)?reddit\\.com/\\S*"))
                .orElse("https://www.reddit.com/comments/"
                        + post.redditPostId().replaceFirst("^t3_", "").replaceAll("[^A-Za-z0-9]", "") + "/");
    }

    private record Found(MatchedPost post, Optional<Client> client, List<AiResponse> drafts) {}

    /**
     * What the panel shows.
     *
     * @param comment whether it is a comment, whose title is that of the thread
     * @param html the text, safe to show
     * @param address the thread on Reddit
     * @param postedAt on Reddit, or when it was matched where that is not known
     * @param at when it was matched, as the list has it
     * @param relevance what the language model thought of it, or empty
     * @param gone whether it was deleted on Reddit
     * @param overdue whether it waits for review for longer than the client wants
     * @param rules of the subreddit; empty when it has none or they are not known
     * @param rulesKnown whether they are
     */
    public record Panel(
            long id,
            boolean comment,
            List<Piece> title,
            String plainTitle,
            String html,
            String subreddit,
            String author,
            String client,
            String address,
            Instant postedAt,
            Instant at,
            int score,
            int comments,
            String keywords,
            String relevance,
            String relevanceReason,
            boolean gone,
            boolean overdue,
            MarksShown marks,
            Drafts drafts,
            String rules,
            boolean rulesKnown) {
        /** Another when the text is another, or gone. */
        public String text() {
            return Integer.toHexString(Objects.hash(address, author, plainTitle, html, gone));
        }
    }

    /** A post's marks. */
    public record MarksShown(long id, boolean reviewed, boolean flagged) {}

    /**
     * The drafts of a post, the latest first.
     *
     * @param message why there is no new one, or empty
     */
    public record Drafts(long postId, List<Draft> all, String message, boolean gone) {
        Drafts saying(String what) {
            return new Drafts(postId, all, what, gone);
        }

        long latest() {
            return all.stream().mapToLong(Draft::id).max().orElse(0);
        }

        /** The grade of the best, or empty. */
        public String best() {
            return all.stream()
                    .filter(draft -> !draft.score().isEmpty() && !draft.grade().isEmpty())
                    .max(Comparator.comparingInt(draft -> Integer.parseInt(draft.score())))
                    .map(Draft::grade)
                    .orElse("");
        }
    }

    /**
     * A draft.
     *
     * @param place the number by which the page shows it, from 0
     * @param required whether the subreddit's rules have to be acknowledged before it is copied
     * @param acknowledged whether they were, for this text
     * @param score 0 to 100, or empty
     */
    public record Draft(
            long id,
            int place,
            String content,
            int revision,
            boolean copied,
            boolean required,
            boolean acknowledged,
            String score,
            String grade,
            List<Reason> reasons,
            Instant createdAt,
            String subreddit) {
        private static final int COLUMNS = 70;

        /** How many lines of a text field the text takes, about. */
        public int lines() {
            int lines = content.lines()
                    .mapToInt(line -> 1 + line.length() / COLUMNS)
                    .sum();
            return Math.min(Math.max(lines + 1, 4), 30);
        }
    }

    /**
     * A part of a draft's score.
     *
     * @param score 0 to 100
     * @param weight its share of the whole, in percent
     */
    public record Reason(String name, int score, int weight, String reason) {}
}
