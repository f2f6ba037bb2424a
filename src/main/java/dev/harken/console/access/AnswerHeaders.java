package dev.harken.console.access;

import dev.harken.http.browser.BrowserHeaders;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;

/** Puts on every answer of the admin port what keeps a browser from being used against it. */
final class AnswerHeaders extends HttpFilter {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        boolean asset = AdminPath.isAsset(request);
        put(response, asset);
        chain.doFilter(request, new HttpServletResponseWrapper(response) {
            /** Dropwizard's task servlet resets what it answers 404 and 405. */
            @Override
            public void reset() {
                super.reset();
                put(response, asset);
            }
        });
    }

    private static void put(HttpServletResponse response, boolean asset) {
        BrowserHeaders.ALL.forEach(response::setHeader);
        if (!asset) {
            response.setHeader("Cache-Control", "no-store");
        }
    }
}
