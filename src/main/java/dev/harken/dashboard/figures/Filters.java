package dev.harken.dashboard.figures;

import dev.harken.analytics.Period;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriBuilder;
import java.util.List;

/**
 * What the page's address asks for. Public for the template engine.
 *
 * @param client the one that is chosen, or empty
 * @param config as the client
 * @param days how many days until today, or empty when a first or last day is named
 */
public record Filters(String client, String config, String days, Period period) {
    private static final List<Integer> USUAL = List.of(7, 30, 90, 365);

    static Filters of(MultivaluedMap<String, String> parameters, Period period, boolean untilToday) {
        return new Filters(
                first(parameters, "client_id"),
                first(parameters, "config_id"),
                untilToday ? Long.toString(period.days()) : "",
                period);
    }

    private static String first(MultivaluedMap<String, String> parameters, String name) {
        String value = parameters.getFirst(name);
        return value == null ? "" : value;
    }

    /** Numbers of days that are offered. */
    public List<Integer> usual() {
        return USUAL;
    }

    /** The query for so many days until today. */
    public String queryFor(int wanted) {
        return whose().queryParam("days", wanted).build().getRawQuery();
    }

    /** The query for just what is shown, also tomorrow. */
    public String exactQuery() {
        return whose().queryParam("start_date", period.first())
                .queryParam("end_date", period.last())
                .build()
                .getRawQuery();
    }

    private UriBuilder whose() {
        UriBuilder address = UriBuilder.fromPath("");
        if (!client.isEmpty()) {
            address.queryParam("client_id", client);
        }
        if (!config.isEmpty()) {
            address.queryParam("config_id", config);
        }
        return address;
    }
}
