package dev.harken.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * The plans by which PostgreSQL really ran the statements of a service: auto_explain sends each as a notice, which
 * Hibernate logs.
 */
public final class Plans implements AutoCloseable {
    /** What only the statement of a page of posts says. */
    public static final String PAGE_OF_POSTS = "with page as materialized";

    private static final ObjectMapper MAPPER = new ObjectMapper();
    /** Where the driver tells of each notice, at its finest level, whoever sent the statement. */
    private static final Logger DRIVER = Logger.getLogger("org.postgresql.core.v3.QueryExecutorImpl");

    /**
     * On each of the pool's five connections, the driver prepares a statement at the fifth time, and PostgreSQL may settle
     * on a plan for any values at the sixth time from then.
     */
    private static final int ENOUGH_TO_SETTLE = 100;

    private final List<String> notices = new CopyOnWriteArrayList<>();
    private final Level before = DRIVER.getLevel();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord message) {
            if (message.getMessage().contains("NoticeResponse")) {
                notices.add(String.valueOf(message.getParameters()[0]));
            }
        }

        @Override
        public void flush() {
            // Nothing is held back.
        }

        @Override
        public void close() {
            // Nothing is held open.
        }
    };

    /** Starts to listen. A service has to be started after {@link #explain}, but before this: it sets up logging anew. */
    public Plans() {
        DRIVER.setLevel(Level.FINEST);
        DRIVER.setUseParentHandlers(false);
        DRIVER.addHandler(handler);
    }

    /** Lets PostgreSQL explain every statement of sessions that begin from now on. */
    public static void explain(TestDatabase database) throws SQLException {
        String alter = "alter database " + database.name() + " set ";
        database.execute(
                alter + "session_preload_libraries = 'auto_explain'",
                alter + "auto_explain.log_min_duration = 0",
                alter + "auto_explain.log_format = 'json'",
                alter + "auto_explain.log_analyze = on",
                alter + "auto_explain.log_level = 'notice'",
                alter + "client_min_messages = 'notice'");
    }

    /** Reads until PostgreSQL has settled on a plan for the statement. */
    public static void settle(ApiClient caller, String path) {
        for (int read = 0; read < ENOUGH_TO_SETTLE; read++) {
            readAnew(caller, path);
        }
    }

    /** Reads past the cache of answers. */
    public static void readAnew(ApiClient caller, String path) {
        int status = caller.bytes("GET", path, "Cache-Control", "no-cache").statusCode();
        assertThat(status).as(path).isEqualTo(200);
    }

    public void forget() {
        notices.clear();
    }

    /**
     * The plans seen since {@link #forget}, the outermost node of each. Those of the revoked tokens are left out: they are
     * read again by the clock, whatever is asked.
     */
    public List<JsonNode> seen() {
        return statements()
                .map(statement -> statement.get("Plan"))
                .filter(plan -> !plan.path("Relation Name").asText().equals("token_revocations"))
                .toList();
    }

    /** The plans seen since {@link #forget} of the statements whose text has this part; the clock sends others meanwhile. */
    public List<JsonNode> seenOf(String part) {
        return statements()
                .filter(statement -> statement.get("Query Text").asText().contains(part))
                .map(statement -> statement.get("Plan"))
                .toList();
    }

    private Stream<JsonNode> statements() {
        return notices.stream()
                .filter(notice -> notice.contains("plan:"))
                .map(notice -> read(notice.substring(notice.indexOf('{'), notice.lastIndexOf('}') + 1)));
    }

    private static JsonNode read(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new AssertionError("not a plan: " + json, e);
        }
    }

    @Override
    public void close() {
        DRIVER.removeHandler(handler);
        DRIVER.setUseParentHandlers(true);
        DRIVER.setLevel(before);
    }
}
