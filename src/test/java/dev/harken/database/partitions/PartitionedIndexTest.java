package dev.harken.database.partitions;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PartitionedIndexTest {
    @Test
    void aPartIsCalledAsTheIndexAndThePartitionWithoutItsSchema() {
        assertThat(PartitionedIndex.nameOn("idx", "events", "events_2026_01")).isEqualTo("idx_2026_01");
        assertThat(PartitionedIndex.nameOn("idx", "events", "archive.events_2026_01"))
                .isEqualTo("idx_2026_01");
        assertThat(PartitionedIndex.nameOn("idx", "events", "archive.\"Old ones\""))
                .isEqualTo("idx__ld_ones_");
    }

    @Test
    void aNameThatIsTooLongIsCutAndStillOfItsPartitionAlone() {
        String one = PartitionedIndex.nameOn("idx", "events", "events_" + "a".repeat(70) + "1");
        String other = PartitionedIndex.nameOn("idx", "events", "events_" + "a".repeat(70) + "2");

        assertThat(one).hasSize(63).isNotEqualTo(other);
        assertThat(other).hasSize(63);
    }
}
