package dev.harken.monitoring.notify;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.annotation.Nullable;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;

/**
 * A channel as the API shows it.
 *
 * @param address of a hook its host only: the rest is what lets one post there
 * @param reportWeekday 1 for Monday
 * @param reportDueAt when the next report of a week is due; null when none is
 * @param failures attempts that failed since the last that did not
 * @param heldUntil until when it is left alone, because it failed
 * @param secret only in the answer that made it: what a webhook is signed with
 * @param feedPath only in the answer that made it: where the feed is read
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ChannelView(
        long id,
        long clientId,
        String name,
        ChannelKind kind,
        @Nullable String address,
        Schedule schedule,
        int digestHour,
        boolean weeklyReport,
        int reportWeekday,
        int reportHour,
        String reportZone,
        @Nullable Instant reportDueAt,
        boolean isActive,
        int failures,
        @Nullable Instant heldUntil,
        Instant createdAt,
        Instant updatedAt,
        @JsonInclude(JsonInclude.Include.NON_NULL) String secret,
        @JsonInclude(JsonInclude.Include.NON_NULL) String feedPath) {

    static ChannelView of(Channel channel) {
        return of(channel, Optional.empty());
    }

    static ChannelView of(Channel channel, Optional<Secrets.Made> made) {
        return new ChannelView(
                channel.id(),
                channel.clientId(),
                channel.name(),
                channel.kind(),
                channel.address()
                        .map(address -> channel.kind().isHook() ? host(address) : address)
                        .orElse(null),
                channel.schedule(),
                channel.digestHour(),
                channel.hasWeeklyReport(),
                channel.reportTime().weekday().getValue(),
                channel.reportTime().hour(),
                channel.reportTime().zone().getId(),
                channel.reportDueAt().orElse(null),
                channel.isActive(),
                channel.failures(),
                channel.heldUntil().orElse(null),
                channel.createdAt(),
                channel.updatedAt(),
                made.filter(one -> !one.isToken()).map(Secrets.Made::text).orElse(null),
                made.filter(Secrets.Made::isToken)
                        .map(one -> FeedResource.PATH + one.text())
                        .orElse(null));
    }

    private static String host(String address) {
        URI uri = URI.create(address);
        return uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort()) + "/…";
    }
}
