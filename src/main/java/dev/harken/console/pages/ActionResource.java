package dev.harken.console.pages;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** {@code /console/actions/…}: the question before an action. Its form goes to the admin task. */
@Path("actions/{task}")
@Produces(Page.HTML)
public final class ActionResource {
    private static final int LONGEST = 200;

    private final Pages pages;

    ActionResource(Pages pages) {
        this.pages = pages;
    }

    @GET
    public Page confirm(@Context HttpServletRequest request, @PathParam("task") String task) {
        Action action = Action.of(task).orElseThrow(NotFoundException::new);
        Map<String, String> values = new LinkedHashMap<>();
        for (String parameter : action.parameters()) {
            String value = Optional.ofNullable(request.getParameter(parameter)).orElse("");
            values.put(parameter, value.length() <= LONGEST ? value : "");
        }
        return pages.page(request, "action", action.title(), new Question(action, values));
    }

    /** What the page shows. */
    public record Question(Action action, Map<String, String> values) {}
}
