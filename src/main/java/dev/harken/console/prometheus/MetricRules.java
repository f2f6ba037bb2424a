package dev.harken.console.prometheus;

import static dev.harken.console.prometheus.MetricRule.Kind.COUNTER;
import static dev.harken.console.prometheus.MetricRule.Kind.GAUGE;
import static dev.harken.console.prometheus.MetricRule.Kind.HISTOGRAM;
import static dev.harken.console.prometheus.MetricRule.Kind.TIMER;

import com.codahale.metrics.Metric;
import dev.harken.console.prometheus.MetricRule.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The names and labels of Dropwizard's metrics: what a name there carries between its dots becomes labels here.
 *
 * <p>A metric that no rule knows is exported as {@code dropwizard_…} by its kind, with its own name as a label: whatever
 * a library registers, the names and units stay valid.
 */
final class MetricRules {
    private static final String JETTY = "io.dropwizard.jetty.MutableServletContextHandler.";
    private static final String THREAD_POOL = "org.eclipse.jetty.util.thread.QueuedThreadPool.*.";
    private static final String CONNECTION_FACTORY = "org.eclipse.jetty.server.HttpConnectionFactory.";
    private static final String OTHERS = ", of Dropwizard or a library, by the names these gave them.";

    private final List<MetricRule> rules = new ArrayList<>();

    MetricRules() {
        harken();
        resources();
        jetty();
        dropwizard();
        executors();
        rules.add(MetricRule.ofAll(GAUGE, "dropwizard_value", "Other numbers" + OTHERS));
        rules.add(MetricRule.ofAll(COUNTER, "dropwizard_events", "Other events" + OTHERS));
        rules.add(MetricRule.ofAll(HISTOGRAM, "dropwizard_distribution", "Other distributions" + OTHERS));
        rules.add(MetricRule.ofAll(TIMER, "dropwizard_timer_seconds", "Other times" + OTHERS));
    }

    /** The first that matches. */
    MetricRule ruleFor(String name, Metric metric) {
        return rules.stream()
                .filter(rule -> rule.matches(name, metric))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no kind of metric: " + metric.getClass()));
    }

    private void harken() {
        rule(TIMER, "pool.wait", "harken_pool_wait_seconds", "Time until a connection was lent.");
        rule(TIMER, "pool.held", "harken_pool_held_seconds", "Time from lending a connection until it came back.");
        rule(TIMER, "database.statements", "harken_statement_seconds", "Time of each statement, as the pool sees it.");
        rule(COUNTER, "database.statement_failures", "harken_statement_failures", "Statements that failed.");
        rule(TIMER, "reddit.calls", "harken_reddit_call_seconds", "Time of each call of Reddit's API.");
        rule(
                GAUGE,
                "reddit.remaining",
                "harken_reddit_calls_remaining",
                "Calls that Reddit's rate budget still allows.");
        rule(GAUGE, "notifications.waiting", "harken_notifications_waiting", "Notifications to be sent.");
        rule(
                GAUGE,
                "notifications.given_up",
                "harken_notifications_given_up",
                "Notifications of the last 30 days that were given up.");
        rule(
                GAUGE,
                "analytics.age_seconds",
                "harken_analytics_age_seconds",
                "How old the sums by day are, the oldest of them.");
        cache();
        // A route may have dots itself: /api/analytics/export.csv.
        for (String[] route : new String[][] {{"*", "${0}"}, {"*.*", "${0}.${1}"}, {"*.*.*", "${0}.${1}.${2}"}}) {
            rule(
                    HISTOGRAM,
                    "statements." + route[0],
                    "harken_request_statements",
                    "Statements sent for one request, by route.",
                    Map.of("route", route[1]));
        }
    }

    private void cache() {
        rule(COUNTER, "cache.hits", "harken_cache_hits", "Answers that were kept, and found.");
        rule(COUNTER, "cache.misses", "harken_cache_misses", "Answers that were not found, and made.");
        rule(COUNTER, "cache.shared", "harken_cache_shared", "Of the misses, those that another's making served.");
        rule(
                COUNTER,
                "cache.failures",
                "harken_cache_failures",
                "Calls of the store of answers that failed, or were left out while it is given up.");
        rule(TIMER, "cache.finds", "harken_cache_find_seconds", "Time of each look into the store of answers.");
        rule(GAUGE, "cache.entries", "harken_cache_entries", "Answers in the process's memory, or all keys in Redis.");
        rule(GAUGE, "cache.bytes", "harken_cache_bytes", "Memory of the answers kept in the process, or of Redis.");
        rule(GAUGE, "cache.held.bytes", "harken_cache_held_bytes", "Memory of the answers in the process.");
    }

    /** What Jersey and JDBI time: methods of resources and of SQL objects, and plain statements. */
    private void resources() {
        rule(
                TIMER,
                "sql.*",
                "harken_jdbi_statement_seconds",
                "Time of statements sent through JDBI outside of an SQL object, by their kind.",
                Map.of("statement", "${0}"));
        rule(
                TIMER,
                "sql.*.*",
                "harken_jdbi_statement_seconds",
                "Time of statements sent through JDBI outside of an SQL object, by their kind.",
                Map.of("statement", "${0}.${1}"));
        for (String room : List.of("*", "*.*")) {
            boolean inner = room.length() > 1;
            String type = inner ? "${2}" : "${1}";
            String method = inner ? "${3}" : "${2}";
            rule(
                    TIMER,
                    "dev.harken." + room + ".*.*",
                    "harken_method_seconds",
                    "Time of a resource's request or an SQL object's statement, by class and method.",
                    Map.of("room", inner ? "${0}.${1}" : "${0}", "type", type, "method", method));
        }
    }

    private void jetty() {
        String requests = "Time of requests on the main port";
        rule(TIMER, JETTY + "requests", "jetty_request_seconds", requests + ".");
        for (String method :
                List.of("connect", "delete", "get", "head", "move", "options", "other", "post", "put", "trace")) {
            rule(
                    TIMER,
                    JETTY + method + "-requests",
                    "jetty_method_request_seconds",
                    requests + ", by method.",
                    Map.of("method", method));
        }
        for (String status : List.of("1xx", "2xx", "3xx", "4xx", "5xx")) {
            rule(
                    COUNTER,
                    JETTY + status + "-responses",
                    "jetty_responses",
                    "Answers on the main port, by class of status.",
                    Map.of("status", status));
        }
        rule(TIMER, JETTY + "dispatches", "jetty_dispatch_seconds", "Time of dispatches of requests to a thread.");
        rule(GAUGE, JETTY + "active-requests", "jetty_active_requests", "Requests that are not answered yet.");
        rule(GAUGE, JETTY + "active-dispatches", "jetty_active_dispatches", "Requests that have a thread now.");
        rule(GAUGE, JETTY + "active-suspended", "jetty_suspended_requests", "Requests that wait without a thread.");
        rule(COUNTER, JETTY + "async-dispatches", "jetty_async_dispatches", "Requests that got a thread again.");
        rule(
                COUNTER,
                JETTY + "async-timeouts",
                "jetty_async_timeouts",
                "Requests that waited without a thread for too long.");
        threads("jobs", "jetty_thread_pool_jobs", "Jobs that wait for a thread.");
        threads("size", "jetty_thread_pool_threads", "Threads of the pool.");
        threads("utilization", "jetty_thread_pool_utilization_ratio", "Busy threads as a share of the pool's, 0 to 1.");
        threads(
                "utilization-max",
                "jetty_thread_pool_utilization_max_ratio",
                "Busy threads as a share of the most the pool may have, 0 to 1.");
        threads(
                "jobs-queue-utilization",
                "jetty_thread_pool_queue_utilization_ratio",
                "Waiting jobs as a share of the queue's room, 0 to 1.");
        String connections = "Time that connections were open, by connector.";
        for (String[] connector :
                new String[][] {{"*", "${0}"}, {"*.*", "${0}:${1}"}, {"*.*.*.*.*", "${0}.${1}.${2}.${3}:${4}"}}) {
            rule(
                    TIMER,
                    CONNECTION_FACTORY + connector[0] + ".connections",
                    "jetty_connection_seconds",
                    connections,
                    Map.of("connector", connector[1]));
        }
    }

    private void threads(String what, String family, String help) {
        rule(GAUGE, THREAD_POOL + what, family, help, Map.of("pool", "${0}"));
    }

    private void dropwizard() {
        for (String result : List.of("healthy", "unhealthy")) {
            rule(
                    COUNTER,
                    "health.*." + result,
                    "harken_health_checks",
                    "Runs of the health checks, by check and result.",
                    Map.of("check", "${0}", "result", result));
        }
        rule(
                COUNTER,
                "ch.qos.logback.core.Appender.*",
                "harken_log_events",
                "Events written to the log, by level.",
                Map.of("level", "${0}"));
    }

    private void executors() {
        executor(GAUGE, "running", "executor_running", "Tasks or threads that run now.");
        executor(COUNTER, "created", "executor_threads_started", "Threads started.");
        executor(COUNTER, "terminated", "executor_threads_ended", "Threads ended.");
        executor(COUNTER, "submitted", "executor_submitted", "Tasks handed in.");
        executor(COUNTER, "completed", "executor_completed", "Tasks done.");
        executor(COUNTER, "rejected", "executor_rejected", "Tasks turned away.");
        executor(TIMER, "duration", "executor_task_seconds", "Time that tasks ran.");
        executor(TIMER, "idle", "executor_idle_seconds", "Time that tasks waited for a thread.");
        executor(COUNTER, "scheduled.once", "executor_scheduled_once", "Tasks put off to run once.");
        executor(
                COUNTER,
                "scheduled.repetitively",
                "executor_scheduled_repetitively",
                "Tasks put on to run again and again.");
        executor(COUNTER, "scheduled.overrun", "executor_overruns", "Runs that took longer than their period.");
        executor(
                HISTOGRAM,
                "scheduled.percent-of-period",
                "executor_period_percent",
                "Runs' times in percent of their period.");
    }

    private void executor(Kind kind, String what, String family, String help) {
        rule(kind, "*." + what, family, help, Map.of("executor", "${0}"));
    }

    private void rule(Kind kind, String match, String family, String help) {
        rule(kind, match, family, help, Map.of());
    }

    private void rule(Kind kind, String match, String family, String help, Map<String, String> labels) {
        rules.add(MetricRule.of(kind, match, family, help, labels));
    }
}
