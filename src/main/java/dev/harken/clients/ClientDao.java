package dev.harken.clients;

import dev.harken.http.Cursor;
import dev.harken.http.Page;
import dev.harken.http.PageRequest;
import java.text.Normalizer;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.hibernate.Session;

/** The table {@code clients}. */
public final class ClientDao {
    private static final int LONGEST_SLUG = 240;

    private final Clock clock;

    public ClientDao(Clock clock) {
        this.clock = clock;
    }

    Page<Client> page(Session session, PageRequest request) {
        var query = session.createSelectionQuery(
                        """
                        select client
                        from Client client
                        where %s
                        order by client.id %s
                        """
                                .formatted(
                                        request.cursor().isPresent()
                                                ? "client.id " + request.beyond() + " :id"
                                                : "1 = 1",
                                        request.direction()),
                        Client.class)
                .setMaxResults(request.fetch());
        request.cursor().ifPresent(cursor -> query.setParameter("id", cursor.id()));
        return Page.of(query.list(), request, client -> new Cursor(Instant.EPOCH, client.id(), false));
    }

    public Optional<Client> find(Session session, long id) {
        return Optional.ofNullable(session.get(Client.class, id));
    }

    /** Lets nobody else {@code lock} a client until the transaction ends; what refers to it can be stored meanwhile. */
    public void lock(Session session, long id) {
        session.createNativeQuery("select id from clients where id = :id for no key update", Long.class)
                .setParameter("id", id)
                .uniqueResultOptional();
    }

    /** True when there is no client yet: nobody has used this installation. */
    public boolean isEmpty(Session session) {
        return session.createSelectionQuery("select client.id from Client client", Long.class)
                .setMaxResults(1)
                .list()
                .isEmpty();
    }

    boolean nameIsTaken(Session session, String name) {
        return session.createSelectionQuery("select count(*) from Client client where client.name = :name", Long.class)
                        .setParameter("name", name)
                        .getSingleResult()
                > 0;
    }

    /** Stores a client under a slug made of its name, with a number after it when another has it already. */
    public Client create(Session session, String name) {
        Client client = new Client(name, freeSlug(session, slug(name)), clock.instant());
        session.persist(client);
        return client;
    }

    void rename(Client client, String name) {
        client.rename(name, clock.instant());
    }

    /** Has a client's posts kept for so many days, and so many of them; empty for ever, and all. */
    void keep(Client client, Optional<Integer> days, Optional<Integer> posts) {
        client.keep(days, posts, clock.instant());
    }

    void limitReview(Client client, Optional<Integer> hours) {
        client.limitReview(hours, clock.instant());
    }

    void requireCompliance(Client client, boolean wanted) {
        client.requireCompliance(wanted, clock.instant());
    }

    /** Clients by name, at most so many. */
    public List<Client> named(Session session, int most) {
        return session.createSelectionQuery("select client from Client client order by client.name", Client.class)
                .setMaxResults(most)
                .list();
    }

    /** The names of some clients, by their ids. */
    public Map<Long, String> names(Session session, Collection<Long> ids) {
        return ids.isEmpty()
                ? Map.of()
                : session
                        .createSelectionQuery(
                                "select client.id, client.name from Client client where client.id in (:ids)",
                                Object[].class)
                        .setParameterList("ids", ids)
                        .list()
                        .stream()
                        .collect(Collectors.toMap(row -> (Long) row[0], row -> (String) row[1]));
    }

    private static String freeSlug(Session session, String wanted) {
        List<String> alike = session.createSelectionQuery(
                        "select client.slug from Client client where client.slug like :wanted", String.class)
                .setParameter("wanted", wanted + "%")
                .list();
        Set<String> taken = new HashSet<>(alike);
        String slug = wanted;
        for (int number = 2; taken.contains(slug); number++) {
            slug = wanted + "-" + number;
        }
        return slug;
    }

    static String slug(String name) {
        String latin = Normalizer.normalize(name, Normalizer.Form.NFKD).replaceAll("\\p{M}", "");
        String slug =
                latin.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        if (slug.isEmpty()) {
            return "client";
        }
        return slug.length() > LONGEST_SLUG ? slug.substring(0, LONGEST_SLUG) : slug;
    }
}
