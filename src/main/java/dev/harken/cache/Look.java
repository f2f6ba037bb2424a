package dev.harken.cache;

import dev.harken.database.Tenant;
import java.util.Optional;

/** A look for what is kept to a question. Good for the request that looked, and no longer. */
public final class Look {
    private final Tenant tenant;
    private final String question;
    private final Generation own;
    private final Optional<AnswerStore.Found> found;

    /**
     * @param own the generation by this process's writes, from before the store was asked
     * @param found empty when there is no store, or it is out of reach
     */
    Look(Tenant tenant, String question, Generation own, Optional<AnswerStore.Found> found) {
        this.tenant = tenant;
        this.question = question;
        this.own = own;
        this.found = found;
    }

    /** Whether it was for this question of this tenant. */
    public boolean isFor(Tenant asking, String asked) {
        return tenant.equals(asking) && question.equals(asked);
    }

    Tenant tenant() {
        return tenant;
    }

    String question() {
        return question;
    }

    Generation own() {
        return own;
    }

    Optional<AnswerStore.Found> found() {
        return found;
    }
}
