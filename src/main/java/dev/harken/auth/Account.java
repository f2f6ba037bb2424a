package dev.harken.auth;

/**
 * What a token says of a user.
 *
 * @param clientId the user's client, or null for an administrator without one
 */
public record Account(long userId, String email, Role role, Long clientId) {}
