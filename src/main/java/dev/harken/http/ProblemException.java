package dev.harken.http;

import java.util.Map;
import java.util.Optional;

/** Ends a request with a {@link Problem}. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;
    private final int retryAfterSeconds;

    private ProblemException(Problem problem, int retryAfterSeconds) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    static ProblemException of(Problem problem) {
        return new ProblemException(problem, 0);
    }

    /** 400 for a parameter that cannot be used. */
    public static ProblemException badParameter(String name, String why) {
        return new ProblemException(Problem.of(400, "The parameter " + name + " " + why + ".", Map.of(name, why)), 0);
    }

    /** 404: nothing there, or nothing that the caller may know of. */
    public static ProblemException notFound(String what, long id) {
        return new ProblemException(Problem.of(404, "There is no " + what + " " + id + "."), 0);
    }

    /** 403: the caller is known, but may not do this. */
    public static ProblemException forbidden(String why) {
        return new ProblemException(Problem.of(403, why), 0);
    }

    /** 401: nobody is signed in, or the credentials are wrong. */
    public static ProblemException unauthorized(String why) {
        return new ProblemException(Problem.of(401, why), 0);
    }

    /** 409: it clashes with what is stored. */
    public static ProblemException conflict(String field, String why) {
        return new ProblemException(Problem.of(409, "The field " + field + " " + why + ".", Map.of(field, why)), 0);
    }

    /** 422: well-formed, but not acceptable. */
    public static ProblemException invalid(String field, String why) {
        return new ProblemException(Problem.of(422, "The field " + field + " " + why + ".", Map.of(field, why)), 0);
    }

    /** 429: too often; the caller may try again after some seconds. */
    public static ProblemException tooMany(String why, int retryAfterSeconds) {
        return new ProblemException(Problem.of(429, why), retryAfterSeconds);
    }

    /** 405: the address has no such method. */
    public static ProblemException methodNotAllowed(String why) {
        return new ProblemException(Problem.of(405, why), 0);
    }

    /** 503: not now; the caller may try again after some seconds. */
    public static ProblemException unavailable(String why, int retryAfterSeconds) {
        return new ProblemException(Problem.of(503, why), retryAfterSeconds);
    }

    public Problem problem() {
        return problem;
    }

    /** Seconds after which it is worth trying again, if that is known. */
    public Optional<Integer> retryAfterSeconds() {
        return retryAfterSeconds > 0 ? Optional.of(retryAfterSeconds) : Optional.empty();
    }
}
