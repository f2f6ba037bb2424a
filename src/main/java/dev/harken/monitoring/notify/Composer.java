package dev.harken.monitoring.notify;

import dev.harken.analytics.WeeklyReport;
import dev.harken.analytics.WeeklyReports;
import dev.harken.database.Tenant;
import dev.harken.database.Transactions;
import dev.harken.posts.MatchedPost;
import dev.harken.posts.PostDao;
import dev.harken.responses.ResponseDao;
import java.util.List;
import java.util.Optional;
import org.hibernate.Session;

/** Reads what a delivery tells of, as it is when it is sent. Thread-safe. */
final class Composer {
    static final int MOST_LISTED = 50;

    /** Characters of a listed post: receivers refuse bodies of more than a megabyte or so. */
    private static final int LONGEST_LISTED = 2000;

    private final Transactions transactions;
    private final ChannelDao channels;
    private final OutboxDao outbox;
    private final PostDao posts;
    private final ResponseDao responses;
    private final WeeklyReports reports;

    Composer(
            Transactions transactions,
            ChannelDao channels,
            OutboxDao outbox,
            PostDao posts,
            ResponseDao responses,
            WeeklyReports reports) {
        this.transactions = transactions;
        this.channels = channels;
        this.outbox = outbox;
        this.posts = posts;
        this.responses = responses;
        this.reports = reports;
    }

    /**
     * A delivery, ready to be sent.
     *
     * @param dropped why there is nothing to tell; then there is no text
     */
    record Composed(Optional<Channel> channel, Optional<Told> told, String dropped) {
        private static Composed of(Channel channel, Told told) {
            return new Composed(Optional.of(channel), Optional.of(told), "");
        }

        private static Composed nothing(String why) {
            return new Composed(Optional.empty(), Optional.empty(), why);
        }
    }

    Composed compose(Claim claim) {
        Composed composed = read(claim);
        if (!claim.kind().equals(Told.WEEKLY) || composed.channel().isEmpty()) {
            return composed;
        }
        Channel channel = composed.channel().get();
        WeeklyReport report = reports.of(Tenant.of(claim.clientId()), ReportPlan.lastDay(claim.createdAt()));
        return Composed.of(
                channel,
                new Told(
                        claim.key(),
                        claim.kind(),
                        channel.name(),
                        claim.clientId(),
                        claim.createdAt(),
                        List.of(),
                        0,
                        Optional.of(report)));
    }

    private Composed read(Claim claim) {
        return transactions.read(Tenant.of(claim.clientId()), session -> {
            Optional<Channel> found = channels.find(session, claim.channelId());
            if (found.isEmpty() || !found.get().isActive()) {
                return Composed.nothing("the channel is switched off");
            }
            Channel channel = found.get();
            return switch (claim.kind()) {
                case Told.POST, Told.OVERDUE -> post(session, claim, channel);
                case Told.DIGEST -> digest(session, claim, channel);
                case Told.WEEKLY ->
                    channel.hasWeeklyReport()
                            ? Composed.of(channel, told(claim, channel, List.of(), 0))
                            : Composed.nothing("the channel has no weekly report any more");
                default -> Composed.of(channel, told(claim, channel, List.of(), 0));
            };
        });
    }

    private Composed post(Session session, Claim claim, Channel channel) {
        Optional<MatchedPost> found = posts
                .present(session, claim.postId().stream().toList())
                .stream()
                .findFirst();
        if (found.isEmpty()) {
            return Composed.nothing("the post was deleted on Reddit, or is not kept any more");
        }
        if (found.get().isTurnedAway()) {
            return Composed.nothing("the post does not meet the client's condition");
        }
        if (claim.kind().equals(Told.OVERDUE) && found.get().isReviewed()) {
            return Composed.nothing("the post was reviewed meanwhile");
        }
        // A purge empties drafts, too.
        Told.Post post = Told.Post.of(
                found.get(), responses.latest(session, found.get().id()).filter(draft -> !draft.content()
                        .isEmpty()));
        return Composed.of(channel, told(claim, channel, List.of(post), 1));
    }

    private Composed digest(Session session, Claim claim, Channel channel) {
        List<Long> ids = outbox.digestPosts(session, claim.id());
        if (ids.isEmpty()) {
            return Composed.nothing("each of its posts was deleted on Reddit, turned away, or is not kept any more");
        }
        List<Told.Post> listed = posts.present(session, ids.subList(0, Math.min(ids.size(), MOST_LISTED))).stream()
                .map(post -> Told.Post.of(post, Optional.empty()).cutTo(LONGEST_LISTED))
                .toList();
        return Composed.of(channel, told(claim, channel, listed, ids.size()));
    }

    private static Told told(Claim claim, Channel channel, List<Told.Post> posts, int count) {
        return new Told(claim.key(), claim.kind(), channel.name(), claim.clientId(), claim.createdAt(), posts, count);
    }
}
