package dev.harken.users;

import dev.harken.auth.Role;
import dev.harken.clients.Client;
import dev.harken.http.Cursor;
import dev.harken.http.Page;
import dev.harken.http.PageRequest;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hibernate.Session;

/** The table {@code users}. */
public final class UserDao {
    private final Clock clock;

    public UserDao(Clock clock) {
        this.clock = clock;
    }

    /** Users with their clients, in one statement. */
    Page<User> page(Session session, PageRequest request) {
        var query = session.createSelectionQuery(
                        """
                        select user
                        from User user
                        left join fetch user.client
                        where %s
                        order by user.id %s
                        """
                                .formatted(
                                        request.cursor().isPresent() ? "user.id " + request.beyond() + " :id" : "1 = 1",
                                        request.direction()),
                        User.class)
                .setMaxResults(request.fetch());
        request.cursor().ifPresent(cursor -> query.setParameter("id", cursor.id()));
        return Page.of(query.list(), request, user -> new Cursor(Instant.EPOCH, user.id(), false));
    }

    Optional<User> find(Session session, long id) {
        return session.createSelectionQuery(
                        "select user from User user left join fetch user.client where user.id = :id", User.class)
                .setParameter("id", id)
                .uniqueResultOptional();
    }

    /** By email in any case; where an old database has several that differ in case only, the exact one. */
    Optional<User> findByEmail(Session session, String email) {
        return session.createSelectionQuery(
                        """
                        select user
                        from User user
                        left join fetch user.client
                        where lower(user.email) = lower(:email)
                        order by case when user.email = :email then 0 else 1 end, user.id
                        """,
                        User.class)
                .setParameter("email", email)
                .setMaxResults(1)
                .uniqueResultOptional();
    }

    /** The addresses of those administrators who may sign in, at most so many. */
    public List<String> administrators(Session session, int most) {
        return session.createSelectionQuery(
                        """
                        select user.email
                        from User user
                        where user.role = :role and user.active
                        order by user.id
                        """,
                        String.class)
                .setParameter("role", Role.ADMIN)
                .setMaxResults(most)
                .list();
    }

    /** Asked at each start, so in SQL: HQL's parser takes a tenth of a second for its first query. */
    boolean hasAdministrator(Session session) {
        return session.createNativeQuery("select exists (select from users where role = :role)", Boolean.class)
                .setParameter("role", Role.ADMIN.label())
                .getSingleResult();
    }

    /**
     * @param client the user's client, or null for an administrator of the whole installation
     */
    User create(Session session, String email, String hashedPassword, Role role, Client client) {
        User user = new User(email.strip().toLowerCase(Locale.ROOT), hashedPassword, role, client, clock.instant());
        session.persist(user);
        return user;
    }
}
