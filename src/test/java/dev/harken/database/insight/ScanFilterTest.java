package dev.harken.database.insight;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class ScanFilterTest {
    @Test
    void equalityComesBeforeRange() {
        ScanFilter filter = read("((t.created_at >= $2) AND (t.client_id = $1))");

        assertThat(filter.equal()).containsExactly("client_id");
        assertThat(filter.range()).containsExactly("created_at");
        assertThat(filter.bounded()).isEmpty();
    }

    @Test
    void oneConditionStandsAlone() {
        assertThat(read("(t.client_id = $1)").equal()).containsExactly("client_id");
        assertThat(read("($1 = t.client_id)").equal()).containsExactly("client_id");
        assertThat(read("(t.client_id = ANY ($1))").equal()).containsExactly("client_id");
    }

    @Test
    void aRangeOfTwoSidesIsBounded() {
        assertThat(read("((t.at >= $1) AND (t.at < $2))").bounded()).containsExactly("at");
        assertThat(read("((t.at >= $1) AND ($2 > t.at))").bounded()).containsExactly("at");
        assertThat(read("((t.at >= $1) AND ($2 < t.at))").bounded()).isEmpty();
    }

    @Test
    void flagsAreEqualities() {
        assertThat(read("(t.flagged AND (NOT t.reviewed))").equal()).containsExactly("flagged", "reviewed");
        assertThat(read("(NOT t.reviewed)").equal()).containsExactly("reviewed");
    }

    @Test
    void aVarcharIsComparedAsText() {
        assertThat(read("((t.name)::text = $1)").equal()).containsExactly("name");
        assertThat(read("((t.number)::text = $1)").equal()).isEmpty();
    }

    @Test
    void whatAnIndexWouldNotServeIsPassedOver() {
        assertThat(read("((t.a = $1) OR (t.b = $2))").equal()).isEmpty();
        assertThat(read("(lower(t.a) = $1)").equal()).isEmpty();
        assertThat(read("(t.a ~~ $1)").equal()).isEmpty();
        assertThat(read("(t.a = t.b)").equal()).isEmpty();
        assertThat(read("(t.a <> $1)").equal()).isEmpty();
        assertThat(read("(t.a = (SubPlan 1))").equal()).isEmpty();
        assertThat(read("(hashed SubPlan 1)").equal()).isEmpty();
        assertThat(read("(other.a = $1)").equal()).isEmpty();
        assertThat(read("((t.a + 1) = $1)").equal()).isEmpty();
    }

    @Test
    void anotherTablesColumnIsAsGoodAsAValue() {
        assertThat(read("(t.client_id = other.id)").equal()).containsExactly("client_id");
    }

    @Test
    void namesAndTextsMayHoldAnything() {
        assertThat(ScanFilter.of(
                                "((\"My t\".\"a AND (b\" = $1) AND (\"My t\".c = 'x) AND (y'::text))", "My t", Set.of())
                        .equal())
                .containsExactly("a AND (b", "c");
    }

    private static ScanFilter read(String filter) {
        return ScanFilter.of(filter, "t", Set.of("name"));
    }
}
