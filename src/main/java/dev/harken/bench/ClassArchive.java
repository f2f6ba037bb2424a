package dev.harken.bench;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The classes that a Harken has loaded, as the JVM keeps them in a file for its next start (class-data sharing). It
 * belongs to one jar and one JVM; with another the JVM leaves it aside.
 */
record ClassArchive(Path file) {
    /** Whether the JVM can make one: of jars only, not of directories. */
    static boolean isPossible() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .allMatch(entry -> Files.isRegularFile(Path.of(entry)));
    }

    /** The options of a JVM that writes it when it ends. */
    List<String> writing(List<String> others) {
        return with(others, "-XX:ArchiveClassesAtExit=");
    }

    /** The options of a JVM that starts from it. */
    List<String> reading(List<String> others) {
        return with(others, "-XX:SharedArchiveFile=");
    }

    private List<String> with(List<String> others, String option) {
        List<String> options = new ArrayList<>(others);
        options.add(option + file);
        return options;
    }
}
