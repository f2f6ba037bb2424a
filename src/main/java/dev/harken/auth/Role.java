package dev.harken.auth;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a user may do: everything, or what concerns their own client. */
public enum Role {
    ADMIN,
    CLIENT;

    /** The names for {@code @RolesAllowed}. */
    public static final String ADMIN_NAME = "admin";

    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads a label.
     *
     * @throws IllegalArgumentException for any text but {@code admin} and {@code client}
     */
    @JsonCreator
    public static Role of(String label) {
        for (Role role : values()) {
            if (role.label().equals(label)) {
                return role;
            }
        }
        throw new IllegalArgumentException("a role is admin or client");
    }
}
