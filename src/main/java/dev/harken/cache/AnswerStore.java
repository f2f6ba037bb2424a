package dev.harken.cache;

import dev.harken.database.Tenant;
import java.time.Duration;
import java.util.Optional;

/** Where answers are kept: in this process, or in Redis for all of them. Safe for use by several threads. */
interface AnswerStore {
    /** Looks for an answer; throws what the store's client throws when it is out of reach. */
    Found find(Tenant tenant, String key);

    /** Keeps an answer for a time, if there is room. */
    void keep(Tenant tenant, String key, Generation generation, Answer answer, Duration time);

    /** Outdates what is kept for a tenant, and for the whole installation, of which it is a part. */
    void turn(Tenant tenant);

    /** Where answers are kept, in words. */
    String place();

    /** The state of what gives the store up when it fails; empty where nothing can. */
    Optional<String> breaker();

    /** How much is kept; empty when it is not known. */
    Optional<Size> size();

    /** How much of it is in this process's memory. */
    Size held();

    /**
     * What was found.
     *
     * @param generation of the tenant's rows now
     * @param answer of that generation
     */
    record Found(Generation generation, Optional<Answer> answer) {}

    /** How many answers, or whatever else the store holds, and their bytes. */
    record Size(long entries, long bytes) {}
}
