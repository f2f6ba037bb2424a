package dev.harken.openapi.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.harken.clients.ClientsResource;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the build fails for what is not described; what it describes well, each other test's answers are held against. */
class DescribeApiTest {
    private static final java.nio.file.Path EXAMPLES = java.nio.file.Path.of("src/main/openapi/examples.yml");

    @TempDir
    private java.nio.file.Path directory;

    /** Without Javadoc that the build reads: it reads that of the main sources alone. */
    @Path("/api/undescribed")
    @Produces("application/json")
    public static final class Undescribed {
        @GET
        public String get() {
            return "";
        }
    }

    private Examples examples(String text) throws IOException {
        return Examples.read(Files.writeString(directory.resolve("examples.yml"), text));
    }

    private static JsonNode described() throws IOException {
        try (var file = dev.harken.openapi.OpenApiResource.class.getResourceAsStream("openapi.json")) {
            return new ObjectMapper().readTree(file);
        }
    }

    @Test
    void aCallWithoutATextIsRefused() {
        assertThatThrownBy(() -> new ApiReader("1").read(Set.of(Undescribed.class)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Undescribed.get");
    }

    @Test
    void aFieldWithoutAnExampleIsRefused() {
        ApiReader reader = new ApiReader("1");
        ObjectNode api = reader.read(Set.of(ClientsResource.class));

        assertThatThrownBy(() -> new Schemas(api, reader.types(), examples("id: 1")).complete())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no example")
                .hasMessageContaining("slug");
    }

    @Test
    void anExampleOfNoFieldIsRefused() throws Exception {
        ApiReader reader = new ApiReader("1");
        ObjectNode api = reader.read(Set.of(ClientsResource.class));
        Examples examples = Examples.read(
                Files.writeString(directory.resolve("more.yml"), Files.readString(EXAMPLES) + "\nno_such_field: 1\n"));
        new Schemas(api, reader.types(), examples).complete();

        assertThatThrownBy(examples::refuseUnused)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no_such_field");
    }

    @Test
    void whatANewConfigNeedsIsSaidOfItAlone() throws Exception {
        JsonNode create =
                described().at("/paths/~1api~1configs/post/requestBody/content/application~1json/schema/allOf");
        JsonNode change =
                described().at("/paths/~1api~1configs~1{id}/put/requestBody/content/application~1json/schema");

        assertThat(create.get(0).get("$ref").asText()).endsWith("/ConfigChange");
        assertThat(create.get(1).get("required").toString()).isEqualTo("[\"keywords\",\"reddit_subreddits\"]");
        assertThat(change.get("$ref").asText()).endsWith("/ConfigChange");
        assertThat(described().at("/components/schemas/ConfigChange").has("required"))
                .isFalse();
    }

    @Test
    void boundsThatOnlyTheSourcesHaveAreDescribed() throws Exception {
        JsonNode schemas = described().at("/components/schemas");

        assertThat(schemas.at("/NewEvent/properties/data/maxProperties").asInt())
                .isEqualTo(20);
        assertThat(schemas.at("/MonthlyBudget/properties/monthly_budget_usd/multipleOf")
                        .asText())
                .isEqualTo("0.01");
        assertThat(described()
                        .at("/paths/~1api~1posts/get/responses/default/$ref")
                        .asText())
                .endsWith("/OtherProblem");
        assertThat(described()
                        .at("/paths/~1api~1analytics~1export.csv/get/responses/200/headers")
                        .has("Content-Disposition"))
                .isTrue();
    }
}
