package dev.harken.database.migration;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of the changesets, read from the changelog without Liquibase, whose start takes longer than the service may,
 * and without a parser of YAML, which takes longer than all else that is done to find out whether a database is up to
 * date. It can be as simple as this because our changelogs use neither contexts, labels nor runAlways, and are written
 * alike; a test holds the two readings together.
 */
final class Changelog {
    private static final Pattern FILE = Pattern.compile(" {6}file: (\\S+)");
    private static final Pattern LOGICAL_PATH = Pattern.compile(" {2}- logicalFilePath: (\\S+)");
    private static final Pattern ID = Pattern.compile(" {6}id: (\\S+)");

    private Changelog() {}

    /** Every changeset as {@code file::id}, in the order in which they are applied. */
    static List<String> changeSets() {
        String directory = Migrations.CHANGELOG.substring(0, Migrations.CHANGELOG.lastIndexOf('/') + 1);
        List<String> names = new ArrayList<>();
        for (String file : all(FILE, lines(Migrations.CHANGELOG))) {
            List<String> lines = lines(directory + file);
            String logicalPath = all(LOGICAL_PATH, lines).get(0);
            all(ID, lines).forEach(id -> names.add(logicalPath + "::" + id));
        }
        return names;
    }

    private static List<String> all(Pattern pattern, List<String> lines) {
        return lines.stream()
                .map(pattern::matcher)
                .filter(Matcher::matches)
                .map(found -> found.group(1))
                .toList();
    }

    private static List<String> lines(String resource) {
        try (InputStream stream = Changelog.class.getClassLoader().getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException("the changelog " + resource + " is not on the class path");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The changesets that a database has, each with when and how it came by it. Empty for a database never migrated. */
    static Map<String, String> applied(Connection connection) throws SQLException {
        Map<String, String> applied = new LinkedHashMap<>();
        if (!new Catalog(connection).tableExists("databasechangelog")) {
            return applied;
        }
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        """
                        select filename || '::' || id, to_char(dateexecuted, 'YYYY-MM-DD HH24:MI:SS'), exectype
                        from databasechangelog
                        where exectype not in ('FAILED', 'SKIPPED')
                        order by orderexecuted
                        """)) {
            while (row.next()) {
                applied.put(
                        row.getString(1),
                        row.getString(2) + ("MARK_RAN".equals(row.getString(3)) ? ", was there already" : ""));
            }
        }
        return applied;
    }

    /** What was applied, with all that is known of it, the latest first. */
    static List<Migrations.Applied> history(Connection connection) throws SQLException {
        List<Migrations.Applied> history = new ArrayList<>();
        if (!new Catalog(connection).tableExists("databasechangelog")) {
            return history;
        }
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        """
                        select filename, id, author, dateexecuted, exectype, coalesce(liquibase, '') as liquibase
                        from databasechangelog
                        order by orderexecuted desc
                        limit 1000
                        """)) {
            while (row.next()) {
                history.add(new Migrations.Applied(
                        row.getString("filename"),
                        row.getString("id"),
                        row.getString("author"),
                        row.getObject("dateexecuted", LocalDateTime.class),
                        row.getString("exectype"),
                        row.getString("liquibase")));
            }
        }
        return history;
    }

    static List<String> pending(Connection connection) throws SQLException {
        Map<String, String> applied = applied(connection);
        return changeSets().stream().filter(name -> !applied.containsKey(name)).toList();
    }
}
