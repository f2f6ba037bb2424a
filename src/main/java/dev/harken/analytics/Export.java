package dev.harken.analytics;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;

/** Writes posts as comma-separated values, a portion at a time: as little memory for a million as for a thousand. */
public final class Export {
    private static final int PORTION = 1000;
    private static final ObjectWriter CSV = csv();

    private final ExportDao posts;

    Export(ExportDao posts) {
        this.posts = posts;
    }

    /** Answers with the posts of a period, oldest first, as a file to be kept. */
    public Response answer(Scope scope, Period period) {
        StreamingOutput posts = out -> write(scope, period, out);
        return Response.ok(posts)
                .header(
                        "Content-Disposition",
                        "attachment; filename=\"posts-%s-to-%s.csv\"".formatted(period.first(), period.last()))
                .build();
    }

    private void write(Scope scope, Period period, OutputStream out) throws java.io.IOException {
        try (SequenceWriter csv = CSV.writeValues(out)) {
            Instant at = period.from();
            long id = 0;
            List<ExportedPost> portion;
            do {
                portion = posts.posts(scope, at, id, period.until(), PORTION);
                for (ExportedPost post : portion) {
                    csv.write(post.forSpreadsheets());
                    at = post.createdAt();
                    id = post.id();
                }
            } while (portion.size() == PORTION);
        }
    }

    private static ObjectWriter csv() {
        CsvMapper mapper = CsvMapper.builder()
                .addModule(new JavaTimeModule())
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .build();
        return mapper.writer(mapper.schemaFor(ExportedPost.class).withHeader())
                .without(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    }
}
