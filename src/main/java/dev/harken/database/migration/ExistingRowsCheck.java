package dev.harken.database.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads a database that is there already, before anything in it is changed, and refuses it when rows break a rule that
 * nobody but its owner can mend: what to do depends on which of two rows is right.
 */
public final class ExistingRowsCheck extends SchemaChange {
    private static final int IDS_SHOWN = 20;

    /** Columns without which the rows of the old system cannot be read at all. */
    private record Needed(String table, List<String> columns) {}

    private static final List<Needed> NEEDED = List.of(
            new Needed("clients", List.of("id", "name", "slug")),
            new Needed("users", List.of("id", "email", "hashed_password")),
            new Needed("client_configs", List.of("id", "client_id")),
            new Needed("matched_posts", List.of("id", "client_id", "subreddit", "reddit_post_id", "title")),
            new Needed("ai_responses", List.of("id", "post_id", "client_id", "content")),
            new Needed("analytics_events", List.of("id", "event_type")));

    /**
     * A rule, by the rows that break it.
     *
     * @param tables those that must be there for the rule to mean anything; the first is the one whose rows are named
     * @param column one of the first table's columns that an old deployment may lack: then no row can break the rule
     * @param rows a select of the ids
     * @param mend statements that an operator can copy
     */
    private record Rule(List<String> tables, String column, String broken, String rows, String mend) {}

    private static final List<Rule> RULES = rules();

    private static List<Rule> rules() {
        List<Rule> rules = new ArrayList<>();
        rules.add(
                new Rule(
                        List.of("ai_responses", "matched_posts"),
                        "client_id",
                        "responses are filed under another client than their post's",
                        """
                select r.id
                from ai_responses r
                join matched_posts p on p.id = r.post_id
                where r.client_id <> p.client_id
                """,
                        """
                -- file each under its post's client
                update ai_responses r set client_id = p.client_id
                from matched_posts p where p.id = r.post_id and r.client_id <> p.client_id;"""));
        rules.add(
                new Rule(
                        List.of("matched_posts"),
                        "reddit_post_id",
                        "posts of one client have the same reddit_post_id as an earlier one",
                        """
                select p.id
                from (
                    select id, row_number() over (partition by client_id, reddit_post_id order by id) as nth
                    from matched_posts
                    where client_id is not null
                    and reddit_post_id is not null) p
                where p.nth > 1
                """,
                        """
                -- move their responses to the earliest of the same posts, then delete the others
                update ai_responses r set post_id = k.keep
                from (select id, min(id) over (partition by client_id, reddit_post_id) as keep from matched_posts) k
                where k.id = r.post_id and k.keep <> k.id;
                delete from matched_posts p using matched_posts k
                where k.client_id = p.client_id and k.reddit_post_id = p.reddit_post_id and k.id < p.id;"""));
        rules.add(orphan("client_configs", "client_id", "clients", true));
        rules.add(orphan("matched_posts", "client_id", "clients", true));
        rules.add(orphan("ai_responses", "client_id", "clients", true));
        rules.add(orphan("ai_responses", "post_id", "matched_posts", true));
        rules.add(orphan("users", "client_id", "clients", false));
        rules.add(orphan("analytics_events", "client_id", "clients", false));
        rules.add(duplicate("clients", "name", "name = name || ' (' || c.id || ')'"));
        rules.add(duplicate("clients", "slug", "slug = slug || '-' || c.id"));
        rules.add(duplicate("users", "email", "email = email || '.duplicate-' || c.id, is_active = false"));
        rules.add(missing("clients", "name", "'Client ' || id"));
        rules.add(missing("clients", "slug", "'client-' || id"));
        rules.add(missing("users", "email", "'user-' || id || '@invalid', is_active = false"));
        rules.add(missing("users", "hashed_password", "'none', is_active = false"));
        rules.add(missing("matched_posts", "subreddit", "'unknown'"));
        rules.add(missing("matched_posts", "reddit_post_id", "'unknown-' || id"));
        rules.add(missing("matched_posts", "title", "''"));
        rules.add(missing("analytics_events", "event_type", "'unknown'"));
        rules.add(new Rule(
                List.of("users"),
                "role",
                "users have a role that is neither admin nor client",
                "select id from users where role not in ('admin', 'client')",
                "update users set role = 'client' where role not in ('admin', 'client');"));
        return List.copyOf(rules);
    }

    private static Rule orphan(String table, String column, String target, boolean needed) {
        String missing = "not exists (select 1 from " + target + " x where x.id = t." + column + ")";
        String where = needed ? missing : "t." + column + " is not null and " + missing;
        String mend = needed
                ? "-- either give them one that exists (update " + table + " set " + column
                        + " = … where id in (…);) or delete them\ndelete from " + table + " t where " + where + ";"
                : "update " + table + " t set " + column + " = null where " + where + ";";
        return new Rule(
                List.of(table, target),
                column,
                "rows of " + table + " have a " + column + " that is missing or not among " + target,
                "select t.id from " + table + " t where " + where,
                mend);
    }

    private static Rule duplicate(String table, String column, String change) {
        return new Rule(
                List.of(table),
                column,
                table + " have the same " + column + " as an earlier one",
                "select t.id from " + table + " t where exists (select 1 from " + table + " e where e." + column
                        + " = t." + column + " and e.id < t.id)",
                "-- tell them apart\nupdate " + table + " c set "
                        + change.replace(" = " + column, " = c." + column) + "\nwhere exists (select 1 from "
                        + table + " e where e." + column + " = c." + column + " and e.id < c.id);");
    }

    private static Rule missing(String table, String column, String value) {
        return new Rule(
                List.of(table),
                column,
                "rows of " + table + " have no " + column,
                "select id from " + table + " where " + column + " is null",
                "update " + table + " set " + column + " = " + value + " where " + column + " is null;");
    }

    @Override
    void apply(Connection connection) throws SQLException {
        List<String> findings = findings(connection);
        if (!findings.isEmpty()) {
            throw new MigrationException(message(findings));
        }
    }

    private static String message(List<String> findings) {
        StringBuilder message = new StringBuilder("The database was not changed: what is in it breaks ")
                .append(findings.size() == 1 ? "a rule" : findings.size() + " rules")
                .append(" that Harken keeps. Take a backup, look at the rows, mend them (the statements below are one")
                .append(" way), and run the migration again.\n");
        for (int i = 0; i < findings.size(); i++) {
            message.append('\n').append(i + 1).append(". ").append(findings.get(i));
        }
        return message.toString();
    }

    /** What stands in the way, one paragraph each; empty when nothing does. Only reads. */
    static List<String> findings(Connection connection) throws SQLException {
        Catalog catalog = new Catalog(connection);
        List<String> findings = new ArrayList<>();
        for (Needed needed : NEEDED) {
            if (!catalog.tableExists(needed.table())) {
                continue;
            }
            for (String column : needed.columns()) {
                if (catalog.columnType(needed.table(), column).isEmpty()) {
                    findings.add(
                            "table " + needed.table() + " has no column " + column
                                    + ": it was not made by the system that Harken replaces. Give Harken a database of its own.\n");
                }
            }
            findings.addAll(viewsOnTimes(catalog, needed.table()));
        }
        if (!findings.isEmpty()) {
            return findings;
        }
        for (Rule rule : RULES) {
            rowsBreaking(catalog, rule).ifPresent(findings::add);
        }
        return findings;
    }

    private static Optional<String> rowsBreaking(Catalog catalog, Rule rule) throws SQLException {
        for (String table : rule.tables()) {
            if (!catalog.tableExists(table)) {
                return Optional.empty();
            }
        }
        if (catalog.columnType(rule.tables().get(0), rule.column()).isEmpty()) {
            return Optional.empty();
        }
        long count = Long.parseLong(catalog.text("select count(*) from (" + rule.rows() + ") broken")
                .orElseThrow());
        if (count == 0) {
            return Optional.empty();
        }
        List<String> ids = catalog.texts("select id from (" + rule.rows() + ") broken order by id limit " + IDS_SHOWN);
        return Optional.of(rule.broken() + ": " + count + ", " + (count > IDS_SHOWN ? "the first with" : "with")
                + " id " + String.join(", ", ids) + "\n" + rule.mend().indent(5));
    }

    /** PostgreSQL refuses to change the type of a column that a view shows. */
    private static List<String> viewsOnTimes(Catalog catalog, String table) throws SQLException {
        List<String> findings = new ArrayList<>();
        for (String view : catalog.texts(
                """
                select distinct r.ev_class::regclass::text
                from pg_depend d
                join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
                join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
                where d.refclassid = 'pg_class'::regclass
                and d.refobjid = to_regclass(?)
                and a.attname in ('created_at', 'updated_at')
                and a.atttypid = 'timestamp'::regtype
                and r.ev_class <> d.refobjid
                """,
                table)) {
            findings.add("view " + view + " shows a time of " + table + " whose type has to change\n"
                    + ("-- keep its definition (select pg_get_viewdef('" + view
                                    + "'::regclass);) and make it again after the migration\ndrop view " + view + ";")
                            .indent(5));
        }
        return findings;
    }

    @Override
    public String getConfirmationMessage() {
        return "the rows that are there keep the rules";
    }
}
