package dev.harken.database.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.harken.testing.Logged;
import dev.harken.testing.PostgresServer;
import dev.harken.testing.SetClock;
import dev.harken.testing.TestDatabase;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

/** What becomes of an examination when a part of it fails. */
class ExaminerIT {
    private final TestDatabase database = PostgresServer.shared().createDatabase();
    private final SetClock clock = new SetClock();

    @Test
    void whatFailsIsUnknownAndTheOthersGoOn() throws Exception {
        Examination examination = examine(
                new Asking("select 1 / 0"), new Asking("select missing from nowhere"), new Asking("select 'seen'"));

        assertThat(examination.at()).isEqualTo(clock.instant());
        assertThat(examination.seen(String.class)).contains("seen");
        assertThat(examination.findings(Set.of(String.class)))
                .extracting(Finding::kind)
                .containsExactly("told");
        assertThat(examination.findings().stream().filter(finding -> finding.severity() == Severity.UNKNOWN))
                .extracting(Finding::kind, Finding::what)
                .containsExactly(
                        tuple("not_examined", "The insight could not be read: ERROR: division by zero"),
                        tuple(
                                "not_examined",
                                "The insight could not be read: ERROR: relation \"nowhere\" does not exist"));
    }

    @Test
    void aStatementThatTakesTooLongIsUnknownToo() throws Exception {
        assertThat(examine(
                                new Asking("set local statement_timeout = 50", "select pg_sleep(600)::text"),
                                new Asking("select 'seen'"))
                        .findings())
                .extracting(Finding::kind)
                .containsExactly("not_examined", "told");
    }

    @Test
    void aServerThatIsAwayMakesEverythingUnknown() throws Exception {
        Examiner examiner = new Examiner(
                Jdbi.create("jdbc:postgresql://127.0.0.1:1/none", "nobody", "secret"),
                List.of(new Asking("select 1")),
                clock);

        List<String> logged = Logged.during(() -> assertThat(examiner.examine().findings())
                .extracting(Finding::severity)
                .containsExactly(Severity.UNKNOWN));

        assertThat(logged).singleElement().asString().contains("insight failed").doesNotContain("secret");
    }

    @Test
    void anInsightCannotWrite() throws Exception {
        database.execute("create table kept (id int)");

        assertThat(examine(new Asking("insert into kept values (1) returning 'stored'"))
                        .findings())
                .extracting(Finding::kind)
                .containsExactly("not_examined");
        assertThat(database.scalar("select count(*) from kept")).isEqualTo("0");
    }

    private Examination examine(Asking... insights) {
        return new Examiner(
                        Jdbi.create(database.jdbcUrl(), database.user(), database.password()), List.of(insights), clock)
                .examine();
    }

    /** Asks by its statements, and tells of what the last one answered. */
    private static final class Asking implements Insight<String> {
        private final List<String> statements;

        Asking(String... statements) {
            this.statements = List.of(statements);
        }

        @Override
        public String name() {
            return "insight";
        }

        @Override
        public String read(Handle handle) {
            int last = statements.size() - 1;
            statements.subList(0, last).forEach(handle::execute);
            return handle.createQuery(statements.get(last)).mapTo(String.class).one();
        }

        @Override
        public List<Finding> judge(String seen) {
            return List.of(Finding.of(Severity.ADVICE, "told", "", seen));
        }
    }
}
