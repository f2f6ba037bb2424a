package dev.harken.live;

import dev.harken.database.Tenant;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Who wants to be told what.
 *
 * @param tenant whose events
 * @param after the last event that was seen, by who resumes
 * @param isAllowed whether the user is still let in; asked often, so it looks at memory only
 */
record Subscription(Tenant tenant, Optional<EventPosition> after, BooleanSupplier isAllowed) {
    boolean covers(long clientId) {
        return tenant.equals(Tenant.EVERY) || tenant.clientId() == clientId;
    }
}
