package dev.harken.bench;

import java.sql.Connection;
import java.util.List;

/**
 * {@link Group#GROWTH}: the list by one caller, over a tenth of the rows and over all, each by a service of its own that
 * has run as long, over a server of its own.
 */
final class Growth {
    static final String TENTH = "list over a tenth";
    static final String ALL = "list over all";

    private static final int WARM_UP_STEPS = 8;

    private Growth() {}

    static List<Measurement> measure(Scene tenth, Scene all) throws Exception {
        Rotation clients = new Rotation(all.size());
        // As many posts on both sides.
        int limit = Math.max(
                1,
                Math.min(ListReading.PAGE, tenth.size().posts() / tenth.size().clients()));
        try (Connection ofTenth = tenth.stage().connect();
                Connection ofAll = all.stage().connect()) {
            List<Case> cases =
                    List.of(one(tenth, TENTH, ofTenth, clients, limit), one(all, ALL, ofAll, clients, limit));
            for (Case one : cases) {
                all.alternation().warmUp(List.of(one.work()), WARM_UP_STEPS);
            }
            return all.alternation().measure(Group.GROWTH.word(), cases);
        }
    }

    private static Case one(Scene scene, String name, Connection connection, Rotation clients, int limit) {
        return Case.of(
                        Group.GROWTH,
                        name,
                        ListRequest.reading(scene.service().api(), clients, limit, ListRequest.NO_CACHE, 1),
                        scene.stage().meter(connection, scene.service()))
                .noting("%,d posts, %,d a page".formatted(scene.size().posts(), limit));
    }
}
