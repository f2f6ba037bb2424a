package dev.harken.console.access;

import java.util.Set;

/**
 * Who may use the admin port.
 *
 * @param login true when an administrator has to sign in; false when whoever reaches a loopback address may use it
 * @param hosts the names besides those of loopback by which the console may be called, in lower case; only checked
 *     without login
 * @param scrapeToken the token for {@code /prometheus} alone, or empty for none
 */
public record AccessRules(boolean login, Set<String> hosts, String scrapeToken) {
    public AccessRules {
        hosts = Set.copyOf(hosts);
    }

    /** Without the token, which must not reach a log. */
    @Override
    public String toString() {
        return "AccessRules[login=" + login + ", hosts=" + hosts + "]";
    }
}
