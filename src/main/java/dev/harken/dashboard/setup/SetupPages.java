package dev.harken.dashboard.setup;

import dev.harken.auth.Caller;
import dev.harken.clients.ClientSettings;
import dev.harken.dashboard.pages.Page;
import dev.harken.dashboard.pages.Pages;
import dev.harken.http.ProblemException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;

/** What the set-up pages share. Thread-safe. */
final class SetupPages {
    private static final int CONFLICT = 409;
    private static final int NOT_FOUND = 404;
    private static final int FORBIDDEN = 403;
    private static final int MOST_CLIENTS = 1000;

    private final Pages pages;
    private final ClientSettings clients;

    SetupPages(Pages pages, ClientSettings clients) {
        this.pages = pages;
        this.clients = clients;
    }

    Page page(UriInfo uri, Caller caller, String template, String title, Object model) {
        return pages.page(uri, caller, "setup-" + template, title, model);
    }

    /** A page with a form that was refused. */
    Response refused(UriInfo uri, Caller caller, String template, String title, Object model, ProblemException why) {
        Response.ResponseBuilder answer = Response.status(why.problem().status())
                .type(Pages.HTML)
                .entity(page(uri, caller, template, title, model));
        why.retryAfterSeconds().ifPresent(seconds -> answer.header(HttpHeaders.RETRY_AFTER, seconds));
        return answer.build();
    }

    /** Where a browser goes on after a change, from the service's root on. */
    static Response goOn(UriInfo uri, String path) {
        return Response.status(Response.Status.SEE_OTHER)
                .header(HttpHeaders.LOCATION, uri.getBaseUri().getRawPath() + path)
                .build();
    }

    /** Passes on a refusal that no form can be mended by. */
    static void rethrowUnlessMendable(ProblemException refusal) {
        int status = refusal.problem().status();
        if (status == NOT_FOUND || status == FORBIDDEN) {
            throw refusal;
        }
    }

    /** Whether somebody else changed the thing meanwhile. */
    static boolean isConflict(ProblemException refusal) {
        return refusal.problem().status() == CONFLICT
                && refusal.problem().errors().containsKey("seen");
    }

    /** The clients that an administrator may choose from; nothing for others, who have but their own. */
    List<Choice> clientChoices(Caller caller) {
        return caller.isAdmin()
                ? clients.named(caller, MOST_CLIENTS).stream()
                        .map(client -> new Choice(Long.toString(client.id()), client.name()))
                        .toList()
                : List.of();
    }
}
