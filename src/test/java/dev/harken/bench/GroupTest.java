package dev.harken.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class GroupTest {
    @Test
    void allAreMeasuredUnlessSomeAreNamed() {
        assertThat(Group.parse("")).containsExactly(Group.values());
        assertThat(Group.parse("ingestion, list")).containsExactly(Group.LIST, Group.INGESTION);
    }

    @Test
    void aWordThatIsNoGroupIsToldWithThoseThatAre() {
        assertThatThrownBy(() -> Group.parse("list,lists"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "--only: there is no measurement \"lists\"; choose among list,pool,depth,analytics,growth,indexes,ingestion");
    }
}
