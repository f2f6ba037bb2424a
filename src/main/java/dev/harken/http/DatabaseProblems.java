package dev.harken.http;

import jakarta.persistence.OptimisticLockException;
import java.sql.SQLException;
import java.util.Optional;
import org.apache.tomcat.jdbc.pool.PoolExhaustedException;

/**
 * Says what the caller should know of a failure of the database: whether to try again. The states are those of
 * PostgreSQL's appendix A.
 */
final class DatabaseProblems {
    private static final int DEEPEST_CAUSE = 20;

    private DatabaseProblems() {}

    static Optional<Problem> of(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
            if (cause instanceof PoolExhaustedException) {
                return Optional.of(
                        Problem.of(503, "All connections to the database are in use. Try again in a few seconds."));
            }
            if (cause instanceof OptimisticLockException) {
                return Optional.of(Problem.of(409, "Somebody else changed this meanwhile. Load it again."));
            }
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                Optional<Problem> known = ofState(sql.getSQLState());
                if (known.isPresent()) {
                    return known;
                }
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }

    private static Optional<Problem> ofState(String state) {
        String kind = state.substring(0, 2);
        if (kind.equals("08") || (kind.equals("57") && !state.equals("57014")) || kind.equals("53")) {
            return Optional.of(Problem.of(503, "The database does not answer. Try again in a few seconds."));
        }
        return switch (state) {
            case "57014" -> Optional.of(Problem.of(503, "The database took too long. Ask for less, or try again."));
            case "55P03", "40001", "40P01" ->
                Optional.of(Problem.of(503, "The database is busy with the same rows. Try again in a few seconds."));
            case "23505" -> Optional.of(Problem.of(409, "The same thing is stored already."));
            case "23503" -> Optional.of(Problem.of(409, "It refers to something that does not exist any more."));
            case "22021", "22P05" -> Optional.of(Problem.of(400, "A text holds a character that cannot be stored."));
            default -> Optional.empty();
        };
    }
}
