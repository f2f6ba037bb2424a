package dev.harken.monitoring.matching;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a keyword stands.
 *
 * @param number among those of the config that say what to look for, from 0
 */
record Place(long configId, int number) {
    static Map<Place, Query> all(long configId, Keywords keywords) {
        List<Keyword> wanted = keywords.wantedOnes();
        Map<Place, Query> all = new LinkedHashMap<>();
        for (int i = 0; i < wanted.size(); i++) {
            all.put(new Place(configId, i), wanted.get(i).query());
        }
        return all;
    }

    static Place parse(String written) {
        int slash = written.indexOf('/');
        return new Place(Long.parseLong(written.substring(0, slash)), Integer.parseInt(written.substring(slash + 1)));
    }

    @Override
    public String toString() {
        return configId + "/" + number;
    }
}
