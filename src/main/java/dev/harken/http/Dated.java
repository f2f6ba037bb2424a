package dev.harken.http;

import java.time.Instant;
import java.util.function.Function;

/** Something read, and as of when it is true. */
public record Dated<T>(Instant asOf, T value) {
    /** Something made of it, as of the same time. */
    public <R> Dated<R> map(Function<? super T, ? extends R> make) {
        return new Dated<>(asOf, make.apply(value));
    }
}
