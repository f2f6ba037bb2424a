package dev.harken.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;

/**
 * The list over HTTP by lazy loading, as a service has it whose answer is made of entities: a statement for the posts,
 * one for the responses of each, and a connection of the pool that is kept until the JSON is made. In the bench's own
 * process.
 */
final class LazyList implements AutoCloseable {
    private static final JsonFactory JSON = new JsonFactory();

    private final int capacity;
    private final BlockingQueue<Connection> pool;
    private final Server server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

    private LazyList(Connections connections, int capacity) {
        this.capacity = capacity;
        this.pool = new ArrayBlockingQueue<>(capacity);
        for (int index = 0; index < capacity; index++) {
            pool.add(connections.get(index));
        }
    }

    /** Starts it over a pool of the first connections, which it does not close. */
    static LazyList start(Connections connections, int capacity) throws Exception {
        LazyList list = new LazyList(connections, capacity);
        try {
            list.server.setHandler(list.handler());
            list.server.start();
            return list;
        } catch (Exception e) {
            list.close();
            throw e;
        }
    }

    Api api() {
        return Api.anonymous(server.getURI().getPort());
    }

    /** How much of the pool is lent now. */
    double lentPercent() {
        return 100.0 * (capacity - pool.size()) / capacity;
    }

    private Handler handler() {
        return new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                Fields query = Request.extractQueryParameters(request);
                byte[] body =
                        list(Long.parseLong(query.getValue("client_id")), Integer.parseInt(query.getValue("limit")));
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
                response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
                response.write(true, ByteBuffer.wrap(body), callback);
                return true;
            }
        };
    }

    private byte[] list(long client, int limit) throws Exception {
        Connection lent = pool.take();
        try {
            return list(lent, client, limit);
        } finally {
            pool.add(lent);
        }
    }

    private static byte[] list(Connection connection, long client, int limit) throws SQLException, IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(body);
                PreparedStatement posts = connection.prepareStatement(ListStatement.POSTS);
                PreparedStatement responses = connection.prepareStatement(ListStatement.RESPONSES)) {
            posts.setLong(1, client);
            posts.setInt(2, limit);
            json.writeStartArray();
            try (ResultSet page = posts.executeQuery()) {
                while (page.next()) {
                    json.writeStartObject();
                    columns(page, json);
                    json.writeArrayFieldStart("responses");
                    responses.setLong(1, page.getLong(1));
                    try (ResultSet rows = responses.executeQuery()) {
                        while (rows.next()) {
                            json.writeStartObject();
                            columns(rows, json);
                            json.writeEndObject();
                        }
                    }
                    json.writeEndArray();
                    json.writeEndObject();
                }
            }
            json.writeEndArray();
        }
        return body.toByteArray();
    }

    private static void columns(ResultSet row, JsonGenerator json) throws SQLException, IOException {
        for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
            json.writeStringField(row.getMetaData().getColumnLabel(column), row.getString(column));
        }
    }

    @Override
    public void close() throws Exception {
        server.stop();
    }
}
