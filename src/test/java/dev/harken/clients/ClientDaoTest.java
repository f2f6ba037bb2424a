package dev.harken.clients;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientDaoTest {
    @ParameterizedTest
    @CsvSource({"Zürich & Söhne,zurich-sohne", "  A  b ,a-b", "---,client", "世界,client", "C++ 2.0!,c-2-0"})
    void aSlugIsMadeOfTheName(String name, String slug) {
        assertThat(ClientDao.slug(name)).isEqualTo(slug);
    }
}
