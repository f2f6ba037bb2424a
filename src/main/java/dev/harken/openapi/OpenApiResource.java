package dev.harken.openapi;

import com.google.common.hash.Hashing;
import com.google.common.io.Resources;
import dev.harken.auth.Open;
import dev.harken.http.AnswersWith;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.UncheckedIOException;

/** {@code /openapi.json}: how the API is used, for programs. Holds no more than every release says. */
@Open
@Path("/openapi.json")
public final class OpenApiResource {
    private final byte[] description;
    private final EntityTag tag;

    public OpenApiResource() {
        try {
            description = Resources.toByteArray(Resources.getResource(OpenApiResource.class, "openapi.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        tag = new EntityTag(Hashing.sha256().hashBytes(description).toString());
    }

    /** This description, in OpenAPI 3.1. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @AnswersWith(Object.class)
    public Response get(@Context Request request) {
        Response.ResponseBuilder response = request.evaluatePreconditions(tag);
        if (response == null) {
            response = Response.ok(description).tag(tag);
        }
        return response.header(HttpHeaders.CACHE_CONTROL, "no-cache").build();
    }
}
