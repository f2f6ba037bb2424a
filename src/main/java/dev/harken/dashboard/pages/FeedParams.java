package dev.harken.dashboard.pages;

import dev.harken.posts.PostFilter;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.QueryParam;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Which posts the feed shows: as {@code GET /api/posts} takes it, and an age that a bookmark can hold. */
public final class FeedParams extends PostFilter {
    @QueryParam("age")
    @Pattern(regexp = "[1-9]\\d{0,2}[hd]", message = "must be a number of hours or days such as 24h or 7d")
    String age;

    private Clock clock = Clock.systemUTC();

    /** Ages are counted from this clock's time. */
    FeedParams by(Clock now) {
        this.clock = now;
        return this;
    }

    @Override
    protected Optional<Instant> since() {
        if (age == null) {
            return super.since();
        }
        long number = Long.parseLong(age.substring(0, age.length() - 1));
        Duration oldest = age.endsWith("h") ? Duration.ofHours(number) : Duration.ofDays(number);
        return Optional.of(clock.instant().minus(oldest));
    }
}
