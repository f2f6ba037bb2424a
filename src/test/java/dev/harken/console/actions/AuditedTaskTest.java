package dev.harken.console.actions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.audit.AuditRecord;
import dev.harken.console.access.OperatorFixture;
import io.dropwizard.servlets.tasks.Task;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AuditedTaskTest {
    private final List<AuditRecord> stored = new ArrayList<>();
    private int changed;

    @Test
    void theRecordIsThereBeforeTheActAndAlsoWhenTheActFails() {
        Answer answer = run(AuditedTask.strict(
                task(output -> {
                    assertThat(stored).hasSize(1);
                    throw new IllegalStateException("it broke");
                }),
                stored::add,
                () -> changed++));

        assertThat(answer.status()).isEqualTo(500);
        assertThat(changed).isZero();
        assertThat(answer.text()).contains("it broke").doesNotContain("\tat ");
        assertThat(stored).hasSize(1);
        assertThat(stored.get(0).action()).isEqualTo("console.example");
        assertThat(stored.get(0).actor()).isEqualTo("ann@harken.test");
    }

    @Test
    void withoutItsRecordAnActIsRefusedUnlessItDoesWithoutTheDatabase() {
        Trail broken = record -> {
            throw new IllegalStateException("no connection");
        };
        Answer strict = run(AuditedTask.strict(task(output -> output.print("acted")), broken, () -> {}));
        Answer free = run(AuditedTask.evenWithoutDatabase(task(output -> output.print("acted")), broken));

        assertThat(strict.status()).isEqualTo(503);
        assertThat(strict.text()).contains("Nothing was done", "no connection").doesNotContain("acted");
        assertThat(free.status()).isEqualTo(200);
        assertThat(free.text()).isEqualTo("acted");
    }

    @Test
    void aParameterIsKeptOnOneLineAndNotAtAnyLength() {
        StringWriter text = new StringWriter();
        OperatorFixture.status(() -> AuditedTask.strict(task(output -> {}), stored::add, () -> {})
                .execute(
                        Map.of("a", List.of("x\ny", "z"), "b", List.of("w".repeat(1000)), "csrf", List.of("t")),
                        new PrintWriter(text)));

        Map<String, String> details = stored.get(0).details();
        assertThat(details).containsOnlyKeys("a", "b").containsEntry("a", "x?y, z");
        assertThat(details.get("b")).hasSizeLessThan(250).endsWith("(1000 characters)");
    }

    @Test
    void whatTheActChangedIsToldOnceItIsDone() {
        run(AuditedTask.strict(task(output -> assertThat(changed).isZero()), stored::add, () -> changed++));

        assertThat(changed).isEqualTo(1);
    }

    private static Answer run(AuditedTask task) {
        StringWriter text = new StringWriter();
        int status = OperatorFixture.status(() -> task.execute(Map.of(), new PrintWriter(text)));
        return new Answer(status, text.toString());
    }

    private static Task task(Act act) {
        return new Task("example") {
            @Override
            public void execute(Map<String, List<String>> parameters, PrintWriter output) {
                act.on(output);
            }
        };
    }

    private interface Act {
        void on(PrintWriter output);
    }

    private record Answer(int status, String text) {}
}
