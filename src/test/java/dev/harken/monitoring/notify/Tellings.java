package dev.harken.monitoring.notify;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Makes what is told, for tests. */
final class Tellings {
    static final Instant AT = Instant.parse("2026-03-02T10:00:00Z");

    private Tellings() {}

    static Told post(String title, String content) {
        return new Told("msg_1", Told.POST, "Channel", 1, AT, List.of(one(title, content)), 1);
    }

    static Told digest(int listed, int count, String title) {
        return new Told("msg_1", Told.DIGEST, "Channel", 1, AT, Collections.nCopies(listed, one(title, "")), count);
    }

    static Told drafted(String draft) {
        return new Told("msg_1", Told.POST, "Channel", 1, AT, List.of(one("title", "content", draft)), 1);
    }

    static Told.Post one(String title, String content) {
        return one(title, content, "Try @mulch & water");
    }

    private static Told.Post one(String title, String content, String draft) {
        return new Told.Post(
                7,
                "post",
                "Gardening",
                "abc",
                title,
                content,
                false,
                Optional.empty(),
                "https://www.reddit.com/r/Gardening/comments/abc/x/",
                Optional.of("anna"),
                List.of("tomatoes"),
                Optional.of(AT),
                AT,
                Optional.of(new Told.Draft(9, draft, Optional.of(80))));
    }
}
