package dev.harken.database.insight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.testing.PostgresServer;
import dev.harken.testing.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SequencesIT {
    private static final Sequences SEQUENCES = new Sequences(new InsightFactory());

    private TestDatabase database;

    @BeforeEach
    void createDatabase() {
        database = PostgresServer.shared().createDatabase();
    }

    @Test
    void aMigratedDatabaseHasRoom() throws Exception {
        database = PostgresServer.shared().createMigratedDatabase();

        assertThat(Looking.read(database, SEQUENCES).sequences())
                .isNotEmpty()
                .allSatisfy(sequence -> assertThat(sequence.columnType()).isEqualTo("bigint"));
        assertThat(Looking.findings(database, SEQUENCES)).isEmpty();
    }

    @Test
    void anIntegerColumnBehindABigintSequenceEndsWhereTheColumnDoes() throws Exception {
        database.execute(
                "create table old (id integer primary key)",
                "create table reply (id bigint primary key, old_id integer references old (id))",
                "create sequence old_id_seq owned by old.id",
                "alter table old alter column id set default nextval('old_id_seq')",
                "select setval('old_id_seq', 1950000000)");

        Finding finding = onlyFinding();
        assertThat(finding.kind()).isEqualTo("sequence_near_end");
        assertThat(finding.subject()).isEqualTo("old.id");
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.what()).contains("1,950,000,000", "ends at 2,147,483,647: 90.8 %");
        assertThat(finding.why()).contains("locks the table against reading and writing");
        assertThat(finding.remedy().lines())
                .containsExactly(
                        "alter table old alter column id type bigint;",
                        "alter table reply alter column old_id type bigint;",
                        "alter sequence old_id_seq as bigint no maxvalue;");

        database.execute("select setval('old_id_seq', 2140000000)");
        assertThat(onlyFinding().severity()).isEqualTo(Severity.CRITICAL);

        Looking.mend(database, finding);
        assertThat(Looking.findings(database, SEQUENCES)).isEmpty();
        assertThat(database.scalar("insert into old default values returning id"))
                .isEqualTo("2140000001");
    }

    @Test
    void serialAndIdentityColumnsAreMended() throws Exception {
        database.execute(
                "create table \"Small\" (id smallserial)",
                "create table counted (id integer generated always as identity)",
                "create table down (id integer generated always as identity (increment -1 minvalue -1000))",
                "select setval('\"Small_id_seq\"', 32767)",
                "select setval('counted_id_seq', 2147483647)",
                "select setval('down_id_seq', -990)");

        assertThat(Looking.findings(database, SEQUENCES))
                .extracting(Finding::subject)
                .containsExactlyInAnyOrder("\"Small\".id", "counted.id", "down.id");
        for (Finding finding : Looking.findings(database, SEQUENCES)) {
            Looking.mend(database, finding);
        }
        assertThat(Looking.findings(database, SEQUENCES)).isEmpty();
        database.execute(
                "insert into \"Small\" default values",
                "insert into counted default values",
                "insert into down default values");
    }

    @Test
    void whatIsHiddenIsSaidOnceWithTheGrant() throws Exception {
        database.execute("create table a (id serial)", "create schema s", "create table s.b (id serial)");
        TestDatabase monitor = Looking.monitor(database);
        TestDatabase stranger = Looking.stranger(database);

        for (TestDatabase user : new TestDatabase[] {monitor, stranger}) {
            assertThat(Looking.findings(user, SEQUENCES)).singleElement().satisfies(finding -> {
                assertThat(finding.kind()).isEqualTo("sequences_hidden");
                assertThat(finding.severity()).isEqualTo(Severity.UNKNOWN);
                assertThat(finding.what()).contains("2 sequences", "s.b_id_seq");
                Looking.mend(database, finding);
            });
            assertThat(Looking.findings(user, SEQUENCES)).isEmpty();
        }
    }

    private Finding onlyFinding() throws SQLException {
        assertThat(Looking.findings(database, SEQUENCES)).hasSize(1);
        return Looking.findings(database, SEQUENCES).get(0);
    }
}
