package dev.harken.database.embedded;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How to reach an embedded PostgreSQL that another process runs.
 *
 * @param jdbcUrl without credentials
 */
public record RunningServer(String jdbcUrl, String user, String password) {
    /** Looks for it; see {@link EmbeddedFactory#running(Path)}. */
    static Optional<RunningServer> over(Path harkenData) {
        try {
            Path directory = harkenData.resolve(DataDirectory.NAME).toRealPath();
            if (DataDirectory.isAbsentOrEmpty(directory)) {
                throw none(harkenData);
            }
            Optional<PostmasterFile> file = PostmasterFile.read(directory)
                    .filter(candidate -> ServerProcesses.livesIn(candidate.pid(), directory));
            if (file.isEmpty()) {
                requireOwner(directory);
                return Optional.empty();
            }
            if (!file.get().ready()) {
                throw new EmbeddedServerException("the PostgreSQL over " + directory + " (process "
                        + file.get().pid() + ") is starting or stopping; try again in a moment");
            }
            return Optional.of(new RunningServer(
                    Postmaster.jdbcUrl(file.get().port()),
                    Credentials.USER,
                    Credentials.read(directory).password()));
        } catch (NoSuchFileException e) {
            throw none(harkenData);
        } catch (AccessDeniedException e) {
            throw new EmbeddedServerException(
                    "the data directory " + harkenData + " cannot be read by this user (" + e.getMessage()
                            + "); run this as the user that runs Harken",
                    e);
        } catch (IOException e) {
            throw new EmbeddedServerException(
                    "the data directory " + harkenData + " cannot be read: " + e + "; mend that, or change HARKEN_DATA",
                    e);
        }
    }

    private static EmbeddedServerException none(Path harkenData) {
        return new EmbeddedServerException("there is no database in " + harkenData
                + " yet; the first start of Harken makes it (java -jar app.jar server config.yml), or set HARKEN_DATA or"
                + " DATABASE_URL to where there is one");
    }

    /** The files that a start writes would belong to whoever starts it, and close their directory to its owner. */
    private static void requireOwner(Path directory) throws IOException {
        Object owner = Files.getAttribute(directory, "unix:uid");
        Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        if (!owner.equals(self)) {
            String name = Files.getOwner(directory).getName();
            throw new EmbeddedServerException("the database in " + directory
                    + " does not run, and nobody but its owner, " + name
                    + ", may start it; run this as that user (sudo -u " + name + " …), or start Harken");
        }
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "RunningServer[" + jdbcUrl + "]";
    }
}
