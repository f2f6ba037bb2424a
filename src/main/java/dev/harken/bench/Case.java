package dev.harken.bench;

import java.util.List;
import java.util.Optional;

/**
 * Something to measure.
 *
 * @param meter counts what it costs; whose application it names is Harken's, if Harken takes part at all
 */
record Case(Group group, String name, Work work, Meter meter, Optional<String> note) {
    static Case of(Group group, String name, List<? extends Caller> callers, Meter meter) {
        return of(group, name, new Calling(callers), meter);
    }

    static Case of(Group group, String name, Work work, Meter meter) {
        return new Case(group, name, work, meter, Optional.empty());
    }

    Case noting(String text) {
        return new Case(group, name, work, meter, Optional.of(text));
    }
}
