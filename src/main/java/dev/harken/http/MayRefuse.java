package dev.harken.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A problem that a route may answer for reasons of its own, besides those that every such route may. Read when the API is
 * described; changes nothing.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@Repeatable(MayRefuse.Several.class)
public @interface MayRefuse {
    int status();

    /** The reason, as a sentence. */
    String because();

    /** All of them. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @interface Several {
        MayRefuse[] value();
    }
}
