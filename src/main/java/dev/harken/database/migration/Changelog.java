package dev.harken.database.migration;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The names of the changesets, read from the changelog without Liquibase, whose start takes longer than the service may.
 * It can be as simple as this because our changelogs use neither contexts, labels nor runAlways; a test holds the two
 * readings together.
 */
final class Changelog {
    private Changelog() {}

    /** Every changeset as {@code file::id}, in the order in which they are applied. */
    static List<String> changeSets() {
        List<String> names = new ArrayList<>();
        for (Map<?, ?> entry : entries(Migrations.CHANGELOG)) {
            Map<?, ?> include = (Map<?, ?>) entry.get("include");
            String directory = Migrations.CHANGELOG.substring(0, Migrations.CHANGELOG.lastIndexOf('/') + 1);
            String logicalPath = "";
            for (Map<?, ?> item : entries(directory + include.get("file"))) {
                if (item.get("logicalFilePath") instanceof String path) {
                    logicalPath = path;
                } else if (item.get("changeSet") instanceof Map<?, ?> changeSet) {
                    names.add(logicalPath + "::" + changeSet.get("id"));
                }
            }
        }
        return names;
    }

    private static List<Map<?, ?>> entries(String resource) {
        try (InputStream stream = Changelog.class.getClassLoader().getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException("the changelog " + resource + " is not on the class path");
            }
            Map<?, ?> document = new Yaml(new SafeConstructor(new LoaderOptions())).load(stream);
            List<Map<?, ?>> entries = new ArrayList<>();
            for (Object entry : (List<?>) document.get("databaseChangeLog")) {
                entries.add((Map<?, ?>) entry);
            }
            return entries;
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
