package dev.harken.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://harken:s3cr%40t%2B@db.example:6432/app?sslmode=require",
                "postgres://harken:s3cr%40t+@db.example:6432/app?sslmode=require",
                "postgresql+psycopg2://harken:s3cr%40t%2B@db.example:6432/app?sslmode=require",
                "jdbc:postgresql://db.example:6432/app?user=harken&sslmode=require&password=s3cr%40t%2B",
            })
    void everyFormIsReadWithItsCredentialsTakenOut(String url) {
        DatabaseUrl read = DatabaseUrl.parse(url);

        assertThat(read.jdbcUrl()).isEqualTo("jdbc:postgresql://db.example:6432/app?sslmode=require");
        assertThat(read.user()).contains("harken");
        assertThat(read.password()).contains("s3cr@t+");
        assertThat(read.toString()).doesNotContain("s3cr");
    }

    @Test
    void credentialsMayBeLeftOut() {
        DatabaseUrl read = DatabaseUrl.parse("postgresql://localhost/app");

        assertThat(read.jdbcUrl()).isEqualTo("jdbc:postgresql://localhost/app");
        assertThat(read.user()).isEqualTo(Optional.empty());
        assertThat(read.password()).isEqualTo(Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql://harken:hunter2@db/app",
                "postgresql://harken:hunter2%zz@db/app",
                "postgresql://harken:hunter2 with blank@db/app",
                "postgresql://harken:hunter2@db",
                "postgresql://harken:hunter2/rest@db/app",
                "postgresql://harken:hunter2?rest@db/app",
                "postgresql://harken:hunter2/x?rest@db/app",
                "postgresql://harken:hunter2#rest@db/app",
                "jdbc:postgresql://harken:hunter2@db/app",
                "jdbc:postgresql://harken:hunter2/rest@db/app",
                "hunter2"
            })
    void whatCannotBeReadIsRefusedWithoutRepeatingThePassword(String url) {
        assertThatThrownBy(() -> DatabaseUrl.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the database's address cannot be read")
                .hasMessageNotContaining("hunter2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://harken@db/app?sslpassword=hunter2&sslmode=require",
                "jdbc:postgresql://db/app?sslmode=require&SSLPassword=hunter2",
            })
    void aSecretAmongTheParametersIsNotShown(String url) {
        DatabaseUrl read = DatabaseUrl.parse(url);

        assertThat(read.jdbcUrl()).contains("hunter2");
        assertThat(read.toString()).doesNotContain("hunter2").contains("sslmode=require");
    }
}
