package dev.harken.database.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs, unpacked from the jar into HARKEN_DATA (in a temporary directory they would be tidied away
 * under a running server), and run.
 */
final class PostgresBinaries {
    private static final String DIRECTORY = "postgresql-binaries";
    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) ((\\d+)\\S*)");
    private static final Logger LOG = LoggerFactory.getLogger(PostgresBinaries.class);

    private final Path directory;
    private final List<String> prefix;
    private final String version;
    private final int majorVersion;

    private PostgresBinaries(Path directory, List<String> prefix) throws IOException {
        this.directory = directory;
        this.prefix = prefix;
        Result result = run("postgres", List.of("--version"), "");
        Matcher matcher = VERSION.matcher(result.output());
        if (result.exitCode() != 0 || !matcher.find()) {
            throw new EmbeddedServerException("the PostgreSQL in " + directory + " does not run here: "
                    + result.output().strip()
                    + "; set DATABASE_URL to a server of your own");
        }
        this.version = matcher.group(1);
        this.majorVersion = Integer.parseInt(matcher.group(2));
    }

    /** Unpacks what is not there yet: some seconds the first time, nothing later. */
    static PostgresBinaries in(Path harkenData) throws IOException {
        URL archive = archive(System.getProperty("os.name"), System.getProperty("os.arch"));
        Path parent = OwnerOnly.createDirectories(harkenData.resolve(DIRECTORY));
        Path directory = parent.resolve(identity(archive));
        if (!Files.isDirectory(directory)) {
            Path unpacked = OwnerOnly.createTemporaryDirectory(parent, "new-");
            unpack(archive, unpacked);
            OwnerOnly.move(unpacked, directory);
        }
        return new PostgresBinaries(directory, prefix());
    }

    /** Where the programs for a platform, named as Java names it, are on the class path. */
    static URL archive(String system, String architecture) {
        String named =
                switch (architecture) {
                    case "amd64" -> "x86_64";
                    case "aarch64" -> "arm_64";
                    default -> architecture;
                };
        URL archive =
                system.equals("Linux") ? PostgresBinaries.class.getResource("/postgres-linux-" + named + ".txz") : null;
        if (archive == null) {
            throw new EmbeddedServerException("Harken brings no PostgreSQL for " + system + " on " + architecture
                    + ", only for Linux on amd64 and aarch64; set DATABASE_URL to a server of your own");
        }
        return archive;
    }

    /** Tells one version's archive from another's without reading it: its checksum stands in the jar's directory. */
    private static String identity(URL archive) throws IOException {
        URLConnection connection = archive.openConnection();
        if (connection instanceof JarURLConnection jar) {
            JarEntry entry = jar.getJarEntry();
            return Long.toHexString(entry.getCrc()) + "-" + entry.getSize();
        }
        return "unpacked-" + connection.getLastModified() + "-" + connection.getContentLengthLong();
    }

    /** PostgreSQL refuses to run as root; in a user namespace of its own it does not see that it does. */
    private static List<String> prefix() throws IOException {
        boolean root = Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        if (!root) {
            return List.of();
        }
        try {
            Process probe = new ProcessBuilder("unshare", "-U", "true")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (probe.waitFor() == 0) {
                return List.of("unshare", "-U");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while unshare ran", e);
        } catch (IOException e) {
            LOG.debug("event=embedded_unshare_missing", e);
        }
        throw new EmbeddedServerException("PostgreSQL does not run as root, and this system does not let it have a user"
                + " namespace (unshare -U); run Harken as another user, or set DATABASE_URL");
    }

    private static void unpack(URL archive, Path target) throws IOException {
        try (var tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive.openStream())))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path file = target.resolve(entry.getName()).normalize();
                if (!file.startsWith(target)) {
                    throw new IOException("the archive reaches out of its directory: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                    continue;
                }
                Files.createDirectories(file.getParent());
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
                } else if (entry.isLink()) {
                    Files.createLink(file, target.resolve(entry.getLinkName()).normalize());
                } else {
                    Files.copy(tar, file);
                    boolean program = file.startsWith(target.resolve("bin"));
                    Files.setPosixFilePermissions(
                            file, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
        }
    }

    /** Deletes what other versions, or an interrupted unpacking, left. Only while no server runs from them. */
    void deleteOthers() {
        try (Stream<Path> entries = Files.list(directory.getParent())) {
            for (Path entry : entries.filter(other -> !other.equals(directory)).toList()) {
                OwnerOnly.deleteTree(entry);
            }
        } catch (IOException e) {
            LOG.warn("event=embedded_old_binaries_kept directory={}", directory.getParent(), e);
        }
    }

    Path directory() {
        return directory;
    }

    String version() {
        return version;
    }

    int majorVersion() {
        return majorVersion;
    }

    /** Runs a program to its end and returns what it wrote; the input is given to it and closed. */
    Result run(String program, List<String> arguments, String input) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.add(directory.resolve("bin").resolve(program).toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        // PGDATA, PGPORT and their like are somebody else's; messages must be those that are looked for here.
        environment
                .keySet()
                .removeIf(name -> name.startsWith("PG") || name.startsWith("LC_") || name.equals("LANGUAGE"));
        environment.put("LANG", "C.UTF-8");
        environment.put("TZ", "UTC");
        Process process = builder.start();
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It ended without reading: its exit code and output say why.
            LOG.debug("event=embedded_program_input_unread program={}", program, e);
        }
        try (InputStream stdout = process.getInputStream()) {
            String output = new String(stdout.readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + program + " ran", e);
        }
    }

    record Result(int exitCode, String output) {}
}
