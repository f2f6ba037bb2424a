package dev.harken.clients;

/** A client as the API shows it, also inside its users and configs. */
public record ClientView(long id, String name, String slug, boolean complianceRequired) {
    public static ClientView of(Client client) {
        return new ClientView(client.id(), client.name(), client.slug(), client.requiresCompliance());
    }
}
