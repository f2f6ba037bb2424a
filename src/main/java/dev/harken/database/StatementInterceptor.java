package dev.harken.database;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.PreparedStatement;
import java.sql.Statement;
import org.apache.tomcat.jdbc.pool.ConnectionPool;
import org.apache.tomcat.jdbc.pool.PooledConnection;
import org.apache.tomcat.jdbc.pool.interceptor.AbstractCreateStatementInterceptor;

/** Tells {@link Statements} of each execution and the {@link Lease} what is running. Tomcat makes one per connection. */
public final class StatementInterceptor extends AbstractCreateStatementInterceptor {
    private LendingPool pool;
    private PooledConnection connection;

    @Override
    public void reset(ConnectionPool parent, PooledConnection con) {
        super.reset(parent, con);
        if (parent instanceof LendingPool lending) {
            pool = lending;
            connection = con;
        }
    }

    @Override
    public Object createStatement(Object proxy, Method method, Object[] args, Object statement, long time) {
        if (pool == null) {
            return statement;
        }
        String sql = args != null && args.length > 0 && args[0] instanceof String text ? text : "";
        return Proxy.newProxyInstance(
                StatementInterceptor.class.getClassLoader(),
                new Class<?>[] {typeOf(statement)},
                new Timed(pool, connection, statement, sql));
    }

    @Override
    public void closeInvoked() {
        // Nothing is kept between loans.
    }

    private static Class<?> typeOf(Object statement) {
        if (statement instanceof CallableStatement) {
            return CallableStatement.class;
        }
        return statement instanceof PreparedStatement ? PreparedStatement.class : Statement.class;
    }

    private record Timed(LendingPool pool, PooledConnection connection, Object statement, String prepared)
            implements InvocationHandler {

        @Override
        public Object invoke(Object proxy, Method method, Object[] args) throws Throwable {
            if (!method.getName().startsWith("execute")) {
                return call(method, args);
            }
            String sql = args != null && args.length > 0 && args[0] instanceof String text ? text : prepared;
            pool.leaseOf(connection).ifPresent(lease -> lease.running(sql));
            boolean failed = true;
            long start = System.nanoTime();
            try {
                Object result = call(method, args);
                failed = false;
                return result;
            } finally {
                pool.statements().sent(sql, System.nanoTime() - start, failed);
            }
        }

        private Object call(Method method, Object[] args) throws Throwable {
            try {
                return method.invoke(statement, args);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }
    }
}
