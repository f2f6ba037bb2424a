package dev.harken.live;

import dev.harken.database.Tenant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/**
 * Who wants to be told what.
 *
 * @param tenant whose events
 * @param after the last event that was seen, by who resumes
 * @param viewer the user whose page this is; empty for programs, which are not told who has what open
 * @param isAllowed whether the user is still let in; asked often, so it looks at memory only
 */
record Subscription(Tenant tenant, Optional<EventPosition> after, OptionalLong viewer, BooleanSupplier isAllowed) {
    boolean covers(long clientId) {
        return tenant.equals(Tenant.EVERY) || tenant.clientId() == clientId;
    }

    boolean covers(Viewing viewing) {
        return viewer.isPresent() && viewer.getAsLong() != viewing.userId() && covers(viewing.clientId());
    }
}
