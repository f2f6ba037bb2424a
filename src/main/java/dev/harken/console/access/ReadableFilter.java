package dev.harken.console.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.eclipse.jetty.http.HttpException;

/**
 * Refuses a request whose parameters cannot be read: half an escape, bytes that are no UTF-8, a form that is too large.
 * Jetty reads them when they are first asked for and throws from wherever that is; here it is asked before anything acts.
 */
final class ReadableFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    ReadableFilter(Refusal refusal) {
        this.refusal = refusal;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        boolean readable;
        try {
            request.getParameterMap();
            readable = true;
        } catch (RuntimeException e) {
            if (!(e instanceof HttpException)) {
                throw e;
            }
            readable = false;
        }
        if (readable) {
            chain.doFilter(request, response);
        } else {
            refusal.send(
                    request,
                    response,
                    HttpServletResponse.SC_BAD_REQUEST,
                    "The parameters cannot be read: they must be UTF-8, escaped as a form's are, and not too many.");
        }
    }
}
