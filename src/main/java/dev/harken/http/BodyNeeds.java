package dev.harken.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The fields that a route needs of a body which other routes take without them: of what is new, when the same body
 * changes what is there. Read when the API is described; the route itself checks it.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface BodyNeeds {
    /** As they are called in JSON. */
    String[] value();
}
