package dev.harken.database.migration;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;

/** A connection whose close does nothing, as a pool's gives itself back. */
final class Uncloseable {
    private Uncloseable() {}

    static Connection of(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                Uncloseable.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        return null;
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
