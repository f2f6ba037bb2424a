package dev.harken.posts;

import org.hibernate.boot.model.FunctionContributions;
import org.hibernate.boot.model.FunctionContributor;
import org.hibernate.query.sqm.function.SqmFunctionRegistry;
import org.hibernate.type.BasicType;
import org.hibernate.type.StandardBasicTypes;

/**
 * Conditions on posts that HQL has no words for. PostgreSQL uses an index on an expression only for the same
 * expression: these stand word for word in the definitions of idx_posts_keywords and idx_posts_text.
 */
public final class PostFunctions implements FunctionContributor {
    @Override
    public void contributeFunctions(FunctionContributions contributions) {
        SqmFunctionRegistry functions = contributions.getFunctionRegistry();
        BasicType<Boolean> truth =
                contributions.getTypeConfiguration().getBasicTypeRegistry().resolve(StandardBasicTypes.BOOLEAN);
        functions.registerPattern(
                "has_keyword", "(regexp_split_to_array(lower(?1), '\\s*,\\s*') @> array[cast(?2 as text)])", truth);
        functions.registerPattern(
                "has_words",
                """
                (to_tsvector('simple', coalesce(?1, '') || ' ' || coalesce(?2, '')) \
                @@ websearch_to_tsquery('simple', ?3))""",
                truth);
    }
}
