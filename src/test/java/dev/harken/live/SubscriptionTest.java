package dev.harken.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.database.Tenant;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SubscriptionTest {
    private static final Viewing OF_USER_5 = new Viewing(1, 7, 5, "somepage", true, true);

    private static Subscription of(Tenant tenant, OptionalLong viewer) {
        return new Subscription(tenant, Optional.empty(), viewer, () -> true);
    }

    @Test
    void whoHasAPostOpenIsForPagesOfOthersWhoMaySeeThePost() {
        assertThat(of(Tenant.of(1), OptionalLong.of(6)).covers(OF_USER_5)).isTrue();
        assertThat(of(Tenant.EVERY, OptionalLong.of(6)).covers(OF_USER_5)).isTrue();
        assertThat(of(Tenant.of(2), OptionalLong.of(6)).covers(OF_USER_5))
                .as("another client")
                .isFalse();
        assertThat(of(Tenant.of(1), OptionalLong.of(5)).covers(OF_USER_5))
                .as("another page of the same user")
                .isFalse();
        assertThat(of(Tenant.of(1), OptionalLong.empty()).covers(OF_USER_5))
                .as("a program")
                .isFalse();
    }
}
