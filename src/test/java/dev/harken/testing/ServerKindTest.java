package dev.harken.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ServerKindTest {
    @Test
    void containersAreUsedWhereADockerEngineAnswersElseTheEmbeddedServers() {
        assertThat(ServerKind.choose(null, true)).isEqualTo(ServerKind.CONTAINERS);
        assertThat(ServerKind.choose(null, false)).isEqualTo(ServerKind.EMBEDDED);
        assertThat(ServerKind.choose("embedded", true)).isEqualTo(ServerKind.EMBEDDED);
        assertThat(ServerKind.choose("containers", true)).isEqualTo(ServerKind.CONTAINERS);
    }

    @Test
    void demandedContainersWithoutADockerEngineAreAFailure() {
        assertThatThrownBy(() -> ServerKind.choose("containers", false)).hasMessageContaining("no Docker engine");
    }

    @Test
    void nothingElseCanBeDemanded() {
        assertThatThrownBy(() -> ServerKind.choose("h2", true)).hasMessageContaining("h2");
    }
}
