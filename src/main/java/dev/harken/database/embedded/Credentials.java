package dev.harken.database.embedded;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Properties;

/** The generated passwords of the two roles. The file lies in the data directory, so that one rename makes both. */
record Credentials(String superuserPassword, String password) {
    static final String SUPERUSER = "postgres";
    static final String USER = "harken";
    static final String FILE_NAME = "harken.credentials";

    private static final int BYTES = 24;

    static Credentials generate() {
        SecureRandom random = new SecureRandom();
        return new Credentials(secret(random), secret(random));
    }

    private static String secret(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    void write(Path dataDirectory) throws IOException {
        OwnerOnly.write(
                dataDirectory.resolve(FILE_NAME),
                "# The roles of Harken's embedded PostgreSQL. Whoever reads this owns the data.\n"
                        + SUPERUSER + "=" + superuserPassword + "\n"
                        + USER + "=" + password + "\n");
    }

    /** @throws EmbeddedServerException if the file is there but not whole */
    static Credentials read(Path dataDirectory) throws IOException {
        Path file = dataDirectory.resolve(FILE_NAME);
        Properties properties = new Properties();
        properties.load(new StringReader(Files.readString(file)));
        String superuserPassword = properties.getProperty(SUPERUSER);
        String password = properties.getProperty(USER);
        if (superuserPassword == null || password == null) {
            throw new EmbeddedServerException(file + " does not hold the passwords of " + SUPERUSER + " and " + USER
                    + "; restore it from a backup");
        }
        return new Credentials(superuserPassword, password);
    }

    @Override
    public String toString() {
        return "Credentials[" + USER + "]";
    }
}
