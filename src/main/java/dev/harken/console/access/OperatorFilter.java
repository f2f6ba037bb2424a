package dev.harken.console.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Tells who acts to what is called with the request and, through the thread, to what is called without. */
final class OperatorFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Operator operator = Operator.current(request);
        request.setAttribute(Operator.ATTRIBUTE, operator);
        Exchange.begin(new Exchange(operator, response));
        try {
            chain.doFilter(request, response);
        } finally {
            Exchange.end();
        }
    }
}
