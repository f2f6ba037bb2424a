package dev.harken.console.access;

import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A request of ann@harken.test to the admin port, without a port. */
public final class OperatorFixture {
    private OperatorFixture() {}

    /** Runs work as within the request and answers the status that the work set, or 200. */
    public static int status(Runnable work) {
        AtomicInteger status = new AtomicInteger(HttpServletResponse.SC_OK);
        HttpServletResponse response = (HttpServletResponse) Proxy.newProxyInstance(
                OperatorFixture.class.getClassLoader(),
                new Class<?>[] {HttpServletResponse.class},
                (proxy, method, arguments) -> {
                    if (!method.getName().equals("setStatus")) {
                        throw new AssertionError("not expected: " + method);
                    }
                    status.set((int) arguments[0]);
                    return null;
                });
        Exchange.begin(new Exchange(new Operator("ann@harken.test", "127.0.0.1", Optional.of(1L)), response));
        try {
            work.run();
        } finally {
            Exchange.end();
        }
        return status.get();
    }
}
