package dev.harken.console.pages;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.sql.SQLException;
import java.util.UUID;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers whatever keeps a page from being made with a page that says so. */
public final class PageProblems implements ExceptionMapper<Throwable> {
    private static final Logger LOG = LoggerFactory.getLogger(PageProblems.class);

    private final Pages pages;

    @Context
    private HttpServletRequest request;

    PageProblems(Pages pages) {
        this.pages = pages;
    }

    @Override
    public Response toResponse(Throwable failure) {
        // A template that fails comes as one, too, with status 500.
        if (failure instanceof WebApplicationException refused
                && refused.getResponse().getStatus() < 500) {
            int status = refused.getResponse().getStatus();
            return page(status, status == 404 ? "There is no such page." : "This cannot be answered (" + status + ").");
        }
        if (failure instanceof JdbiException || failure instanceof SQLException) {
            LOG.warn("console page not made: path={} reason={}", request.getRequestURI(), failure.getMessage());
            return page(
                    503, "The database does not answer, or refuses. Health checks, Connections and the log tell more.");
        }
        String reference = UUID.randomUUID().toString();
        LOG.error("console page failed: path={} reference={}", request.getRequestURI(), reference, failure);
        return page(500, "This page could not be made. More is in the log under " + reference + ".");
    }

    private Response page(int status, String message) {
        return Response.status(status)
                .type(Page.HTML)
                .entity(pages.page(request, "problem", "Something is wrong", new Problem(message)))
                .build();
    }

    /** What the page says. */
    public record Problem(String message) {}
}
