package dev.harken.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/**
 * The plans by which PostgreSQL really ran the statements of a service: auto_explain sends each as a notice, which
 * Hibernate logs.
 */
public final class Plans implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String LOGGER = "org.hibernate.engine.jdbc.spi.SqlExceptionHelper";

    private final List<String> notices = new CopyOnWriteArrayList<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(LOGGER);
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            notices.add(event.getFormattedMessage());
        }
    };

    /** Starts to listen. A service has to be started after {@link #explain}, but before this: it sets up logging anew. */
    public Plans() {
        appender.start();
        logger.setLevel(Level.WARN);
        logger.setAdditive(false);
        logger.addAppender(appender);
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

    public void forget() {
        notices.clear();
    }

    /** The plans seen since {@link #forget}, the outermost node of each. */
    public List<JsonNode> seen() {
        return notices.stream()
                .filter(notice -> notice.contains("plan:"))
                .map(notice -> read(notice.substring(notice.indexOf('{'))))
                .toList();
    }

    private static JsonNode read(String json) {
        try {
            return MAPPER.readTree(json).get("Plan");
        } catch (IOException e) {
            throw new AssertionError("not a plan: " + json, e);
        }
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
        appender.stop();
    }
}
