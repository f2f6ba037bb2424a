package dev.harken.users;

import dev.harken.auth.Passwords;
import dev.harken.auth.Role;
import dev.harken.database.Tenant;
import dev.harken.database.Transactions;
import java.security.SecureRandom;
import java.util.Optional;
import org.hibernate.exception.ConstraintViolationException;

/** Makes the first administrator, when there is none. */
public final class Administrator {
    private static final String LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private static final int GENERATED_LENGTH = 20;

    private final Transactions transactions;
    private final UserDao users;
    private final Passwords passwords;

    public Administrator(Transactions transactions, UserDao users, Passwords passwords) {
        this.transactions = transactions;
        this.users = users;
        this.passwords = passwords;
    }

    /**
     * Makes the administrator unless there is one.
     *
     * @param password the wanted password, or empty to have one generated
     * @return what was made now; empty when there was an administrator already
     */
    public Optional<Made> ensure(String email, String password) {
        if (transactions.read(Tenant.EVERY, users::hasAdministrator)) {
            return Optional.empty();
        }
        Optional<String> generated = password.isEmpty() ? Optional.of(generate()) : Optional.empty();
        String hash = passwords.hash(generated.orElse(password));
        try {
            transactions.change(Tenant.EVERY, session -> users.create(session, email, hash, Role.ADMIN, null));
        } catch (ConstraintViolationException e) {
            // Two processes that start together over a new database both find none; one of them is the first.
            if (transactions.read(Tenant.EVERY, users::hasAdministrator)) {
                return Optional.empty();
            }
            throw e;
        }
        return Optional.of(new Made(email, generated));
    }

    /**
     * A new administrator.
     *
     * @param generatedPassword empty when the operator set one
     */
    public record Made(String email, Optional<String> generatedPassword) {
        /** Without the password, which must not reach a log. */
        @Override
        public String toString() {
            return "Made[email=" + email + "]";
        }
    }

    private static String generate() {
        SecureRandom random = new SecureRandom();
        StringBuilder secret = new StringBuilder(GENERATED_LENGTH);
        for (int i = 0; i < GENERATED_LENGTH; i++) {
            secret.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return secret.toString();
    }
}
