package dev.harken.database.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PostgresBinariesTest {
    @Test
    void bothPlatformsOfDropletsHaveTheirs() {
        assertThat(PostgresBinaries.archive("Linux", "amd64")).isNotNull();
        assertThat(PostgresBinaries.archive("Linux", "aarch64")).isNotNull();
    }

    @Test
    void aPlatformWithoutIsNamedWithTheWayOut() {
        assertThatThrownBy(() -> PostgresBinaries.archive("Mac OS X", "aarch64"))
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageContaining("Mac OS X on aarch64")
                .hasMessageContaining("DATABASE_URL");
        assertThatThrownBy(() -> PostgresBinaries.archive("Linux", "riscv64")).hasMessageContaining("riscv64");
    }
}
