package dev.harken.database.insight;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** How many of its values each sequence behind a column (serial or identity) has given out. */
public final class Sequences implements Insight<Sequences.Use> {
    private static final double CRITICAL_PERCENT = 98;

    /**
     * A sequence ends at its own limit or at its column's type's, whichever comes first: PostgreSQL makes no check that
     * they match. A sequence that counts down ends at its least value.
     */
    private static final String SEQUENCES =
            """
            with owned as (
              select
                s.seqrelid,
                c.relnamespace,
                d.refobjid,
                d.refobjsubid,
                a.attname,
                format_type(a.atttypid, null) as column_type,
                format_type(s.seqtypid, null) as sequence_type,
                s.seqincrement,
                s.seqmin,
                s.seqmax,
                case a.atttypid
                  when 'int2'::regtype then -32768
                  when 'int4'::regtype then -2147483648
                  else -9223372036854775808
                end as type_min,
                case a.atttypid
                  when 'int2'::regtype then 32767
                  when 'int4'::regtype then 2147483647
                  else 9223372036854775807
                end as type_max,
                has_sequence_privilege(c.oid, 'select, usage') as readable,
                c.relpersistence
              from pg_sequence s
              join pg_class c on c.oid = s.seqrelid
              join pg_depend d on d.classid = 'pg_class'::regclass
                and d.objid = c.oid
                and d.refclassid = 'pg_class'::regclass
                and d.refobjsubid > 0
                and d.deptype in ('a', 'i')
              join pg_attribute a on a.attrelid = d.refobjid
                and a.attnum = d.refobjsubid
              where not pg_is_other_temp_schema(c.relnamespace)
                -- On a standby such a sequence cannot be read.
                and not (c.relpersistence = 'u' and pg_is_in_recovery())
            )
            select
              seqrelid::regclass::text as sequence,
              quote_ident(relnamespace::regnamespace::name) as schema,
              refobjid::regclass::text as table_name,
              quote_ident(attname) as column_name,
              column_type,
              sequence_type,
              seqincrement > 0 as ascending,
              greatest(seqmin, type_min) as least,
              least(seqmax, type_max) as most,
              readable,
              case when readable then pg_sequence_last_value(seqrelid) end as last_value,
              quote_ident(current_user) as reader
            from owned
            order by 1
            """;

    private static final String NARROW_REFERENCES =
            """
            select
              f.confrelid::regclass::text as to_table,
              quote_ident(ta.attname) as to_column,
              f.conrelid::regclass::text as from_table,
              quote_ident(fa.attname) as from_column
            from pg_constraint f
            cross join lateral unnest(f.conkey, f.confkey) as k (from_number, to_number)
            join pg_attribute fa on fa.attrelid = f.conrelid
              and fa.attnum = k.from_number
            join pg_attribute ta on ta.attrelid = f.confrelid
              and ta.attnum = k.to_number
            where f.contype = 'f'
              and f.conparentid = 0
              and fa.atttypid in ('int2'::regtype, 'int4'::regtype)
            order by 1, 2, 3, 4
            """;

    private final InsightFactory thresholds;

    public Sequences(InsightFactory thresholds) {
        this.thresholds = thresholds;
    }

    /**
     * The sequences, those nearest to their end first, those that are hidden last.
     *
     * @param reader the user who read, quoted for SQL
     */
    public record Use(List<Sequence> sequences, String reader) {}

    /**
     * A sequence and the column that it numbers. Names are quoted, and with their schema, where SQL needs that.
     *
     * @param columnType the column's type: {@code integer}
     * @param sequenceType the sequence's own: {@code bigint}
     * @param ascending whether it counts up
     * @param lastValue the last that was given out; null when none was yet, or when it is hidden
     * @param end the last that can be given out
     * @param percent how much of the values is used up, 0 to 100; null when hidden
     * @param hidden whether the reader lacks the right to read it
     * @param narrowReferences the columns of foreign keys on it that are narrower than bigint
     */
    public record Sequence(
            String sequence,
            String schema,
            String table,
            String column,
            String columnType,
            String sequenceType,
            boolean ascending,
            Long lastValue,
            long end,
            Double percent,
            boolean hidden,
            List<Reference> narrowReferences) {}

    /** A column that refers to a numbered one. */
    public record Reference(String table, String column) {}

    @Override
    public String name() {
        return "sequences";
    }

    @Override
    public Use read(Handle handle) {
        Map<Reference, List<Reference>> references = new HashMap<>();
        handle.createQuery(NARROW_REFERENCES)
                .map((row, context) -> Map.entry(
                        new Reference(row.getString("to_table"), row.getString("to_column")),
                        new Reference(row.getString("from_table"), row.getString("from_column"))))
                .forEach(reference -> references
                        .computeIfAbsent(reference.getKey(), column -> new ArrayList<>())
                        .add(reference.getValue()));
        String reader = handle.createQuery("select quote_ident(current_user)")
                .mapTo(String.class)
                .one();
        List<Sequence> sequences =
                handle.createQuery(SEQUENCES).map((row, context) -> sequence(row, references)).stream()
                        .sorted(Comparator.comparing(
                                Sequence::percent, Comparator.nullsLast(Comparator.<Double>reverseOrder())))
                        .toList();
        return new Use(sequences, reader);
    }

    private static Sequence sequence(ResultSet row, Map<Reference, List<Reference>> references) throws SQLException {
        boolean ascending = row.getBoolean("ascending");
        long least = row.getLong("least");
        long most = row.getLong("most");
        boolean hidden = !row.getBoolean("readable");
        Long last = row.getObject("last_value", Long.class);
        Reference column = new Reference(row.getString("table_name"), row.getString("column_name"));
        return new Sequence(
                row.getString("sequence"),
                row.getString("schema"),
                column.table(),
                column.column(),
                row.getString("column_type"),
                row.getString("sequence_type"),
                ascending,
                last,
                ascending ? most : least,
                hidden ? null : percent(last, ascending, least, most),
                hidden,
                List.copyOf(references.getOrDefault(column, List.of())));
    }

    /** In doubles: the span of a bigint that starts below zero does not fit into a long. */
    private static double percent(Long last, boolean ascending, long least, long most) {
        if (last == null) {
            return 0;
        }
        double given = ascending ? (double) last - least + 1 : (double) most - last + 1;
        return Math.min(100, 100 * given / ((double) most - least + 1));
    }

    @Override
    public List<Finding> judge(Use seen) {
        List<Finding> findings = new ArrayList<>();
        for (Sequence sequence : seen.sequences()) {
            if (!sequence.hidden() && sequence.percent() >= thresholds.sequencePercent()) {
                findings.add(nearEnd(sequence));
            }
        }
        List<Sequence> hidden =
                seen.sequences().stream().filter(Sequence::hidden).toList();
        if (!hidden.isEmpty()) {
            findings.add(hidden(hidden, seen.reader()));
        }
        return findings;
    }

    private static Finding nearEnd(Sequence sequence) {
        String column = sequence.table() + "." + sequence.column();
        return Finding.of(
                        sequence.percent() >= CRITICAL_PERCENT ? Severity.CRITICAL : Severity.WARNING,
                        "sequence_near_end",
                        column,
                        "The sequence " + sequence.sequence() + " has given out " + Wording.count(sequence.lastValue())
                                + "; " + column + " (" + sequence.columnType() + ") ends at "
                                + Wording.count(sequence.end()) + ": " + Wording.percent(sequence.percent())
                                + " is used up.")
                .because("After the last value every insert into " + sequence.table()
                        + " fails. The remedy locks the table against reading and writing while PostgreSQL writes it "
                        + "and its indexes anew, which for a big table takes minutes: choose a quiet hour.")
                .mendedBy(remedy(sequence));
    }

    private static String remedy(Sequence sequence) {
        List<String> statements = new ArrayList<>();
        if (narrow(sequence.columnType())) {
            statements.add(widen(new Reference(sequence.table(), sequence.column())));
        }
        sequence.narrowReferences().forEach(reference -> statements.add(widen(reference)));
        // Of an identity column PostgreSQL widens the sequence too; then this changes nothing.
        statements.add("alter sequence " + sequence.sequence() + " as bigint "
                + (sequence.ascending() ? "no maxvalue" : "no minvalue") + ";");
        return String.join("\n", statements);
    }

    private static boolean narrow(String type) {
        return type.equals("integer") || type.equals("smallint");
    }

    private static String widen(Reference column) {
        return "alter table " + column.table() + " alter column " + column.column() + " type bigint;";
    }

    private static Finding hidden(List<Sequence> hidden, String reader) {
        String grants = hidden.stream()
                .map(Sequence::schema)
                .distinct()
                .map(schema -> "grant select on all sequences in schema " + schema + " to " + reader + ";")
                .collect(Collectors.joining("\n"));
        return Finding.of(
                        Severity.UNKNOWN,
                        "sequences_hidden",
                        "",
                        "How far " + Wording.counted(hidden.size(), "sequence") + " went is hidden from "
                                + reader + ": "
                                + hidden.stream()
                                        .map(Sequence::sequence)
                                        .limit(5)
                                        .collect(Collectors.joining(", "))
                                + (hidden.size() > 5 ? ", …" : "") + ".")
                .because("A sequence that is used up stops every insert into its table.")
                .mendedBy(grants);
    }
}
