package dev.harken.users;

import dev.harken.auth.Role;
import dev.harken.clients.Client;
import dev.harken.clients.ClientView;
import jakarta.annotation.Nullable;
import java.time.Instant;

/** A user as the API shows it; {@code client} is null for an administrator without one. */
public record UserView(
        long id,
        String email,
        Role role,
        @Nullable Long clientId,
        boolean isActive,
        Instant createdAt,
        @Nullable ClientView client) {
    static UserView of(User user) {
        return new UserView(
                user.id(),
                user.email(),
                user.role(),
                user.client().map(Client::id).orElse(null),
                user.isActive(),
                user.createdAt(),
                user.client().map(ClientView::of).orElse(null));
    }
}
