package dev.harken.http;

import jakarta.validation.Path;
import jakarta.validation.TraversableResolver;
import java.lang.annotation.ElementType;

/**
 * Has every field of what is validated looked at. The usual resolver asks Hibernate first whether the field has been
 * read from the database yet, for each field of each request, and no entity is ever validated.
 */
public final class NothingIsLazy implements TraversableResolver {
    @Override
    public boolean isReachable(Object object, Path.Node property, Class<?> root, Path path, ElementType elementType) {
        return true;
    }

    @Override
    public boolean isCascadable(Object object, Path.Node property, Class<?> root, Path path, ElementType elementType) {
        return true;
    }
}
