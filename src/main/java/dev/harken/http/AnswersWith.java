package dev.harken.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a route answers whose method only says that it answers. Read when the API is described; changes nothing. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@Repeatable(AnswersWith.Several.class)
public @interface AnswersWith {
    /** The type of the body, or of each row of it. */
    Class<?> value();

    /** Whether the body is a list. */
    boolean list() default false;

    /** Whether {@link Answers#AS_OF} stands above it. */
    boolean dated() default false;

    int status() default 200;

    /** What the status means here, as a sentence; empty for what it means everywhere. */
    String because() default "";

    /** All of them. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @interface Several {
        AnswersWith[] value();
    }
}
