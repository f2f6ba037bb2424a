package dev.harken.cache;

import dev.harken.database.Tenant;
import java.time.Duration;
import java.util.Optional;

/** Keeps answers in the process's memory. */
final class LocalStore implements AnswerStore {
    private final HeldAnswers held;
    private final int mostBytes;
    private final Generations generations = new Generations();

    /**
     * @param mostBytes of an answer; a larger one is not kept, so that it does not take the place of many
     */
    LocalStore(HeldAnswers held, int mostBytes) {
        this.held = held;
        this.mostBytes = mostBytes;
    }

    @Override
    public Found find(Tenant tenant, String key) {
        Generation generation = generations.of(tenant);
        return new Found(generation, held.find(AnswerKey.of(tenant, key)).flatMap(found -> found.as(generation)));
    }

    @Override
    public void keep(Tenant tenant, String key, Generation generation, Answer answer, Duration time) {
        if (answer.length() <= mostBytes) {
            held.hold(AnswerKey.of(tenant, key), new StoredAnswer(generation, answer), time);
        }
    }

    @Override
    public void turn(Tenant tenant) {
        generations.turn(tenant);
    }

    @Override
    public String place() {
        return "this process";
    }

    @Override
    public Optional<String> breaker() {
        return Optional.empty();
    }

    @Override
    public Optional<Size> size() {
        return Optional.of(held.size());
    }

    @Override
    public Size held() {
        return held.size();
    }
}
