package dev.harken.database;

import java.util.Optional;

/**
 * What a thread is doing, so that a loan of the pool can be told by it.
 *
 * @param name a route such as {@code GET /api/posts}, a job such as {@code scan-config 12}, or the thread's own name
 * @param tenant whom it is done for: {@code client 12}, {@code every client}, or nothing when no tenant's rows are
 *     touched
 */
public record Work(String name, String tenant) {
    private static final ThreadLocal<String> NAME = new ThreadLocal<>();
    private static final ThreadLocal<Tenant> TENANT = new ThreadLocal<>();

    /** Names what the calling thread does from now on, until {@link #end()}. */
    public static void begin(String name) {
        NAME.set(name);
    }

    /** The calling thread is done with what it began. */
    public static void end() {
        NAME.remove();
        TENANT.remove();
    }

    static void actFor(Tenant tenant) {
        TENANT.set(tenant);
    }

    static void actForNobody() {
        TENANT.remove();
    }

    /** What the calling thread does now. */
    public static Work current() {
        String name = Optional.ofNullable(NAME.get())
                .orElseGet(() -> Thread.currentThread().getName());
        return new Work(name, Optional.ofNullable(TENANT.get()).map(Work::words).orElse(""));
    }

    private static String words(Tenant tenant) {
        return tenant.equals(Tenant.EVERY) ? "every client" : "client " + tenant.clientId();
    }
}
