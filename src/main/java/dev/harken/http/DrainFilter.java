package dev.harken.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;

/**
 * Throws away what is left of a body after the answer. A request that is refused early (403, 413) would otherwise end
 * with a closed connection while the caller still sends, and many callers then never read the answer. At most 16 MiB
 * and two seconds; beyond that, the connection is closed.
 */
final class DrainFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final long MOST_BYTES = 16L * 1024 * 1024;
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(2);

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        chain.doFilter(request, response);
        // Who waits for a 100 (Continue) sends nothing after a refusal. An answer that goes on is not after its end.
        if (request.getHeader("Expect") == null && !request.isAsyncStarted()) {
            drain(request.getInputStream());
        }
    }

    private static void drain(InputStream body) {
        byte[] buffer = new byte[8192];
        long end = System.nanoTime() + LONGEST_NANOS;
        long left = MOST_BYTES;
        try {
            int read = body.read(buffer);
            while (read >= 0 && left > 0 && System.nanoTime() < end) {
                left -= read;
                read = body.read(buffer);
            }
        } catch (IOException e) {
            // The caller is gone, or what it sent cannot be decoded: there is nobody to drain for.
            return;
        }
    }
}
