package dev.harken.database.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServerSettingsTest {
    private static final Path LOG = Path.of("/srv/harken's data/postgresql-log");

    @Test
    void aConfiguredSettingReplacesHarkensOwn() {
        String file = ServerSettings.with(Map.of("Max_Connections", "90")).configurationFile(LOG);
        assertThat(file).contains("max_connections = '90'\n").doesNotContain("max_connections = '60'");
    }

    @Test
    void valuesAreQuoted() {
        String file =
                ServerSettings.with(Map.of("search_path", "it's a \\ path")).configurationFile(LOG);
        assertThat(file)
                .contains("search_path = 'it''s a \\\\ path'\n")
                .contains("log_directory = '/srv/harken''s data/postgresql-log'\n");
    }

    @Test
    void whatDurabilityAndAccessRestOnCannotBeReplaced() {
        for (String name :
                new String[] {"fsync", "FSYNC", "listen_addresses", "hba_file", "log_directory", "include"}) {
            assertThatThrownBy(() -> ServerSettings.with(Map.of(name, "x")))
                    .isInstanceOf(EmbeddedServerException.class)
                    .hasMessageContaining(name.toLowerCase(java.util.Locale.ROOT));
        }
        assertThatThrownBy(() -> ServerSettings.with(Map.of("port", "5432")))
                .hasMessageContaining("database.embedded.port");
    }

    @Test
    void aSettingCannotSmuggleInAnother() {
        assertThatThrownBy(() -> ServerSettings.with(Map.of("work_mem", "1MB'\nfsync = 'off")))
                .hasMessageContaining("work_mem");
        assertThatThrownBy(() -> ServerSettings.with(Map.of("work_mem = 1\nfsync", "off")))
                .hasMessageContaining("not the name");
    }
}
