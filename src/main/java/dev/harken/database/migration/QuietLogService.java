package dev.harken.database.migration;

import java.util.logging.Level;
import liquibase.logging.Logger;
import liquibase.logging.core.AbstractLogService;
import liquibase.logging.core.AbstractLogger;
import org.slf4j.LoggerFactory;

/**
 * Sends everything that Liquibase logs to DEBUG: it logs what it does in dozens of lines, and each failure several times
 * with its stack, where {@link Migrator} says it once.
 */
final class QuietLogService extends AbstractLogService {
    @Override
    public int getPriority() {
        // Never chosen by Liquibase itself, only where a scope names it.
        return PRIORITY_NOT_APPLICABLE;
    }

    @Override
    public Logger getLog(@SuppressWarnings("rawtypes") Class clazz) {
        org.slf4j.Logger logger = LoggerFactory.getLogger(clazz);
        return new AbstractLogger() {
            @Override
            public void log(Level level, String message, Throwable e) {
                logger.debug(message, e);
            }

            @Override
            public void close() {}
        };
    }
}
