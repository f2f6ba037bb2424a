package dev.harken.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harken.cache.Answer;
import dev.harken.cache.AnswerCache;
import dev.harken.cache.AnswerKind;
import dev.harken.cache.Look;
import dev.harken.database.Tenant;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.jetty.http.QuotedQualityCSV;

/**
 * Answers lists and sums: from the cache what is kept there, with a strong entity tag, and {@code 304} to those who have it already.
 *
 * <p>A caller who says {@code Cache-Control: no-cache} gets an answer that is made for them.
 */
public final class Answers {
    /** The header of a list that says as of when it is true; an object says so itself, as {@code as_of}. */
    public static final String AS_OF = "Harken-As-Of";

    private static final String LOOK = Look.class.getName();
    private static final String GZIP = "gzip";
    private static final String ASK_EACH_TIME = "private, no-cache";

    private final AnswerCache cache;
    private final ObjectMapper mapper;

    public Answers(AnswerCache cache, ObjectMapper mapper) {
        this.cache = cache;
        this.mapper = mapper;
    }

    /** A page of a list. */
    public Response page(Tenant tenant, AnswerKind kind, ContainerRequestContext request, Supplier<Page<?>> read) {
        return answer(tenant, kind, request, () -> answer(read.get(), request));
    }

    /** A page of a list that few ask for: made each time, and nothing of it is kept. */
    public Response page(ContainerRequestContext request, Page<?> page) {
        return response(answer(page, request), request);
    }

    /** Anything else that can be written as JSON. */
    public Response value(Tenant tenant, AnswerKind kind, ContainerRequestContext request, Supplier<?> read) {
        return answer(tenant, kind, request, () -> Answer.of(json(read.get()), Map.of()));
    }

    /** As {@link #value}, of what may be older than the answer: that says as of when, in {@value #AS_OF}. */
    public Response dated(
            Tenant tenant, AnswerKind kind, ContainerRequestContext request, Supplier<? extends Dated<?>> read) {
        return answer(tenant, kind, request, () -> {
            Dated<?> dated = read.get();
            return Answer.of(json(dated.value()), Map.of()).asOf(dated.asOf());
        });
    }

    /**
     * What is kept, for a caller who has an answer to the same already and asks whether it still is one: 304, or what it
     * is now. Empty when the route has to be asked.
     */
    public Optional<Response> kept(Tenant tenant, ContainerRequestContext request) {
        boolean asks = request.getMethod().equals(HttpMethod.GET)
                && request.getHeaderString(HttpHeaders.IF_NONE_MATCH) != null
                && !wantsItMade(request);
        if (!asks) {
            return Optional.empty();
        }
        Look look = cache.look(tenant, question(request));
        request.setProperty(LOOK, look);
        return cache.kept(look).map(answer -> response(answer, request));
    }

    private Answer answer(Page<?> page, ContainerRequestContext request) {
        return Answer.of(json(page.rows()), page.links(request.getUriInfo()));
    }

    private Response answer(Tenant tenant, AnswerKind kind, ContainerRequestContext request, Supplier<Answer> make) {
        return response(wantsItMade(request) ? make.get() : cache.answer(look(tenant, request), kind, make), request);
    }

    /** The look that was taken for this request already, if one was. */
    private Look look(Tenant tenant, ContainerRequestContext request) {
        String question = question(request);
        return request.getProperty(LOOK) instanceof Look taken && taken.isFor(tenant, question)
                ? taken
                : cache.look(tenant, question);
    }

    private static Response response(Answer answer, ContainerRequestContext request) {
        EntityTag tag = new EntityTag(answer.tag());
        Response.ResponseBuilder response = request.getRequest().evaluatePreconditions(tag);
        if (response == null) {
            response = Response.ok().type(MediaType.APPLICATION_JSON_TYPE).tag(tag);
            write(answer, request, response);
        }
        if (answer.asOf().isPresent()) {
            response.header(AS_OF, answer.asOf().get());
        }
        return response.header(HttpHeaders.CACHE_CONTROL, ASK_EACH_TIME)
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING)
                .build();
    }

    private static void write(Answer answer, ContainerRequestContext request, Response.ResponseBuilder response) {
        answer.links().forEach((relation, address) -> response.link(URI.create(address), relation));
        byte[] body;
        if (answer.isWorthCompressing() && takesGzip(request)) {
            // As Jetty tags what it compresses itself, and as it takes the tags of others apart.
            response.tag(new EntityTag(answer.tag() + "--" + GZIP)).encoding(GZIP);
            body = answer.compressed();
        } else {
            body = answer.plain();
        }
        response.header(HttpHeaders.CONTENT_LENGTH, body.length).entity(body);
    }

    /** Whoever says nothing of codings takes any by the rules, but then few of them do. */
    private static boolean takesGzip(ContainerRequestContext request) {
        QuotedQualityCSV codings = new QuotedQualityCSV();
        codings.addValue(request.getHeaderString(HttpHeaders.ACCEPT_ENCODING));
        return codings.getValues().contains(GZIP);
    }

    private static boolean wantsItMade(ContainerRequestContext request) {
        String wish = request.getHeaderString(HttpHeaders.CACHE_CONTROL);
        if (wish == null) {
            return false;
        }
        String directives = wish.toLowerCase(Locale.ROOT);
        return directives.contains("no-cache") || directives.contains("no-store");
    }

    private static String question(ContainerRequestContext request) {
        UriInfo asked = request.getUriInfo();
        String query = asked.getRequestUri().getRawQuery();
        return query == null ? asked.getPath() : asked.getPath() + "?" + query;
    }

    private byte[] json(Object value) {
        try {
            return mapper.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer cannot be written as JSON", e);
        }
    }
}
