package dev.harken.database.insight;

/**
 * One thing that was found out about the database.
 *
 * @param kind what sort of thing, one name per sort: {@code duplicate_index}
 * @param subject which thing: an index, a table, a session, a setting; empty when it is the database as a whole
 * @param what what was seen, with its numbers
 * @param why why that matters
 * @param remedy the statement, setting or command that mends it, ready to copy; empty when there is none
 * @param gain what mending it gains, measured or estimated, and which of the two; empty when it cannot be said
 * @param changeset a Liquibase changeset in YAML that mends it; empty when none does
 */
public record Finding(
        String kind,
        String subject,
        Severity severity,
        String what,
        String why,
        String remedy,
        String gain,
        String changeset) {

    public static Finding of(Severity severity, String kind, String subject, String what) {
        return new Finding(kind, subject, severity, what, "", "", "", "");
    }

    public Finding because(String reason) {
        return new Finding(kind, subject, severity, what, reason, remedy, gain, changeset);
    }

    public Finding mendedBy(String statement) {
        return new Finding(kind, subject, severity, what, why, statement, gain, changeset);
    }

    public Finding gaining(String measure) {
        return new Finding(kind, subject, severity, what, why, remedy, measure, changeset);
    }

    public Finding withChangeset(String yaml) {
        return new Finding(kind, subject, severity, what, why, remedy, gain, yaml);
    }
}
