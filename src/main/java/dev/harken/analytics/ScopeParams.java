package dev.harken.analytics;

import dev.harken.auth.Caller;
import jakarta.validation.constraints.Positive;
import jakarta.ws.rs.QueryParam;
import java.util.Optional;

/** {@link PeriodParams} and {@code ?config_id=}. */
public class ScopeParams extends PeriodParams {
    /** One config. */
    @QueryParam("config_id")
    @Positive
    Long configId;

    /** The config whose posts are asked for. */
    public Optional<Long> configId() {
        return Optional.ofNullable(configId);
    }

    /**
     * Whose numbers are asked for. Of a config of another client there are none.
     *
     * @throws dev.harken.http.ProblemException 404 for another's client
     */
    public Scope scope(Caller caller) {
        return new Scope(tenant(caller), configId().orElse(Scope.EVERY_CONFIG));
    }
}
