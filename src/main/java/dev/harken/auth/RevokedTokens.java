package dev.harken.auth;

import dev.harken.auth.RevocationDao.Revocation;
import io.dropwizard.lifecycle.Managed;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The revoked tokens, in memory, read anew every few seconds: a request is checked without a statement of its own. A
 * revocation is in force at once in the process that made it and within the interval in every other. Thread-safe.
 */
public final class RevokedTokens implements Managed {
    private static final Logger LOG = LoggerFactory.getLogger(RevokedTokens.class);
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Duration CLEARING = Duration.ofHours(1);

    private final RevocationDao dao;
    private final Clock clock;
    private final ScheduledExecutorService executor;
    private volatile State state = new State(Set.of(), Map.of());

    public RevokedTokens(RevocationDao dao, Clock clock, ScheduledExecutorService executor) {
        this.dao = dao;
        this.clock = clock;
        this.executor = executor;
    }

    @Override
    public void start() {
        reload();
        repeat(INTERVAL, INTERVAL, "revocations not read", this::reload);
        repeat(Duration.ZERO, CLEARING, "expired revocations not deleted", () -> dao.deleteExpired(clock.instant()));
    }

    /** Reads the table; to be called after a revocation is committed. One at a time, that none brings back an older state. */
    public synchronized void reload() {
        List<Revocation> revocations = dao.current(clock.instant());
        Set<String> tokens = new HashSet<>();
        Map<Long, Instant> users = new HashMap<>();
        for (Revocation revocation : revocations) {
            if (revocation.tokenId().isEmpty()) {
                users.merge(revocation.userId(), revocation.notBefore(), (a, b) -> a.isAfter(b) ? a : b);
            } else {
                tokens.add(revocation.tokenId());
            }
        }
        state = new State(Set.copyOf(tokens), Map.copyOf(users));
    }

    private void repeat(Duration delay, Duration pause, String failure, Runnable work) {
        var unused = executor.scheduleWithFixedDelay(
                () -> {
                    try {
                        work.run();
                    } catch (RuntimeException e) {
                        // The next turn tries again; meanwhile the last known state holds.
                        LOG.warn("{}: reason={}", failure, e.getMessage());
                    }
                },
                delay.toMillis(),
                pause.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    boolean isRevoked(AccessTokens.IssuedToken token) {
        State known = state;
        Instant notBefore = known.users.get(token.caller().userId());
        return known.tokens.contains(token.caller().tokenId())
                || (notBefore != null && !token.issuedAt().isAfter(notBefore));
    }

    private record State(Set<String> tokens, Map<Long, Instant> users) {}
}
