package dev.harken.dashboard.pages;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Numbers and times as the templates write them. Public for the template engine. */
public final class Show {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("d MMM yyyy", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter EXACT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Clock clock;

    Show(Clock clock) {
        this.clock = clock;
    }

    /** How long ago, in the largest unit that counts; the day for what is over a month old. */
    public String ago(Instant time) {
        Duration age = Duration.between(time, clock.instant());
        if (age.toMinutes() < 1) {
            return "just now";
        }
        if (age.toHours() < 1) {
            return age.toMinutes() + " min ago";
        }
        if (age.toDays() < 1) {
            return age.toHours() + " h ago";
        }
        return age.toDays() < 31 ? age.toDays() + " d ago" : DAY.format(time);
    }

    public String exact(Instant time) {
        return EXACT.format(time);
    }

    public String iso(Instant time) {
        return time.toString();
    }

    /** A count with its noun, in the plural by an s. */
    public String counted(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
