package dev.harken.auth;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.Ticker;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Slows down guessing: only so many failed logins per address and per account in a window. A login that succeeds costs
 * nothing. Counts are this process's own, at most 10,000 of each kind. Thread-safe.
 */
public final class LoginLimiter {
    private static final int MOST_KEYS = 10_000;

    private final LoadingCache<String, Bucket> addresses;
    private final LoadingCache<String, Bucket> accounts;

    public LoginLimiter(int perAddress, int perAccount, Duration window, Clock clock) {
        this.addresses = buckets(perAddress, window, clock);
        this.accounts = buckets(perAccount, window, clock);
    }

    /**
     * Takes one attempt.
     *
     * @return the seconds to wait when there is none left, else 0
     */
    public int take(String address, String account) {
        Bucket ofAddress = addresses.get(address);
        Bucket ofAccount = accounts.get(key(account));
        // Taken, not looked at before: others try at the same moment.
        if (!ofAddress.tryConsume(1)) {
            return secondsToWait(ofAddress);
        }
        if (!ofAccount.tryConsume(1)) {
            ofAddress.addTokens(1);
            return secondsToWait(ofAccount);
        }
        return 0;
    }

    /** Gives an attempt back, after a login that succeeded. */
    public void giveBack(String address, String account) {
        addresses.get(address).addTokens(1);
        accounts.get(key(account)).addTokens(1);
    }

    private static int secondsToWait(Bucket bucket) {
        long nanos = bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill();
        return (int) TimeUnit.NANOSECONDS.toSeconds(nanos) + 1;
    }

    private static String key(String account) {
        return account.strip().toLowerCase(Locale.ROOT);
    }

    private static LoadingCache<String, Bucket> buckets(int attempts, Duration window, Clock clock) {
        Bandwidth limit = Bandwidth.builder()
                .capacity(attempts)
                .refillGreedy(attempts, window)
                .build();
        TimeMeter meter = new ClockMeter(clock);
        Ticker ticker = meter::currentTimeNanos;
        return Caffeine.newBuilder()
                .maximumSize(MOST_KEYS)
                .expireAfterAccess(window)
                .ticker(ticker)
                .build(name -> Bucket.builder()
                        .withCustomTimePrecision(meter)
                        .addLimit(limit)
                        .build());
    }

    private record ClockMeter(Clock clock) implements TimeMeter {
        @Override
        public long currentTimeNanos() {
            return TimeUnit.MILLISECONDS.toNanos(clock.millis());
        }

        @Override
        public boolean isWallClockBased() {
            return true;
        }
    }
}
