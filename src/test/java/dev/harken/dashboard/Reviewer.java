package dev.harken.dashboard;

import dev.harken.testing.ApiClient;
import dev.harken.testing.HarkenService;
import dev.harken.testing.TestClient;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Somebody who reviews a client's posts.
 *
 * @param id the user's
 */
public record Reviewer(HarkenService harken, long id, String email) {
    public static final String PASSWORD = "a-password-for-pages";
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    public static Reviewer of(HarkenService harken, TestClient client) {
        String email = "page" + NUMBERS.incrementAndGet() + "@client.test";
        ApiClient.Answer made = harken.admin()
                .post(
                        "/api/users",
                        Map.of("email", email, "password", PASSWORD, "role", "client", "client_id", client.id()));
        if (made.status() != 201) {
            throw new AssertionError(made.body());
        }
        return new Reviewer(harken, made.json().get("id").asLong(), email);
    }

    /** A browser in which they have signed in. */
    public PageVisitor visitor() {
        PageVisitor visitor = new PageVisitor(harken);
        visitor.signIn(email, PASSWORD);
        return visitor;
    }
}
