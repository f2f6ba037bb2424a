package dev.harken.bench;

import java.util.List;
import java.util.Optional;

/**
 * Something to measure.
 *
 * @param callers who call at the same time
 * @param meter counts what it costs; whose application it names is Harken's, if Harken takes part at all
 */
record Case(Group group, String name, List<? extends Caller> callers, Meter meter, Optional<String> note) {
    static Case of(Group group, String name, List<? extends Caller> callers, Meter meter) {
        return new Case(group, name, callers, meter, Optional.empty());
    }

    Case noting(String text) {
        return new Case(group, name, callers, meter, Optional.of(text));
    }
}
