package dev.harken.live;

import dev.harken.http.ProblemAnswers;
import dev.harken.http.ProblemException;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * One answer that stays open. No thread waits for its reader: what the socket does not take is queued, and the container
 * calls when it takes more. A reader for whom too much is queued is let go. Thread-safe.
 */
final class EventStream implements WriteListener, AsyncListener {
    /** Messages; more than a replay has. */
    static final int LONGEST_QUEUE = 1_200;

    /** Bytes of the container's buffer for each stream, instead of 32 KiB: there are many, and their events are short. */
    private static final int BUFFER = 1_024;

    private final AsyncContext context;
    private final HttpServletResponse response;
    private final ServletOutputStream out;
    private final ProblemAnswers problems;
    private final Queue<byte[]> queue = new ArrayDeque<>();

    /** Whether the container lets us write; if not, it will call. */
    private boolean writable;

    private boolean begun;
    private boolean unflushed;
    private boolean ending;
    private boolean over;

    /** What is to be done when nothing is sent any more; each once. */
    private final List<Runnable> afterwards = new ArrayList<>();

    private EventStream(AsyncContext context, HttpServletResponse response, ProblemAnswers problems)
            throws IOException {
        this.context = context;
        this.response = response;
        this.problems = problems;
        response.setBufferSize(BUFFER);
        this.out = response.getOutputStream();
    }

    /** Takes over an answer, which nothing is sent of yet. */
    static EventStream over(AsyncContext context, HttpServletResponse response, ProblemAnswers problems)
            throws IOException {
        EventStream stream = new EventStream(context, response, problems);
        // There is no end to it that the container could wait for.
        context.setTimeout(0);
        context.addListener(stream);
        stream.out.setWriteListener(stream);
        return stream;
    }

    /** Calls when nothing is sent any more, from any thread; at once when it is so. */
    void onOver(Runnable what) {
        synchronized (this) {
            if (!over && !ending) {
                afterwards.add(what);
                return;
            }
        }
        what.run();
    }

    private void leave() {
        List<Runnable> due;
        synchronized (this) {
            due = List.copyOf(afterwards);
            afterwards.clear();
        }
        due.forEach(Runnable::run);
    }

    /** Answers 200 and begins with these messages. */
    synchronized void begin(List<byte[]> messages) {
        if (over || ending || begun) {
            return;
        }
        begun = true;
        response.setStatus(HttpServletResponse.SC_OK);
        response.setContentType("text/event-stream;charset=utf-8");
        response.setHeader("Cache-Control", "no-store");
        // nginx collects an answer before it passes it on, unless it is told not to.
        response.setHeader("X-Accel-Buffering", "no");
        queue.addAll(messages);
        write();
    }

    /** Sends messages after those before; lets the reader go when it is too far behind. */
    void send(List<byte[]> messages) {
        boolean behind = false;
        synchronized (this) {
            if (over || ending || !begun) {
                return;
            }
            if (queue.size() + messages.size() > LONGEST_QUEUE) {
                behind = true;
                end();
            } else {
                queue.addAll(messages);
                write();
            }
        }
        if (behind) {
            leave();
        }
    }

    /** Sends a heartbeat, unless there is something else to be sent anyway. */
    void beat() {
        synchronized (this) {
            if (!queue.isEmpty()) {
                return;
            }
        }
        send(List.of(EventText.HEARTBEAT));
    }

    /** Ends the answer: with a problem when nothing of it was sent. What is queued is dropped. */
    void close(ProblemException why) {
        synchronized (this) {
            if (over || ending) {
                return;
            }
            if (!begun) {
                begun = true;
                queue.add(problems.prepare(response, why));
                ending = true;
                write();
            } else {
                end();
            }
        }
        leave();
    }

    private void end() {
        queue.clear();
        ending = true;
        write();
    }

    @Override
    public synchronized void onWritePossible() {
        writable = true;
        write();
    }

    private void write() {
        try {
            while (writable && !over) {
                if (!out.isReady()) {
                    writable = false;
                } else if (!queue.isEmpty()) {
                    out.write(queue.remove());
                    unflushed = true;
                } else if (ending) {
                    over = true;
                    context.complete();
                } else if (unflushed) {
                    unflushed = false;
                    out.flush();
                } else {
                    return;
                }
            }
        } catch (IOException | IllegalStateException e) {
            abandon();
            leave();
        }
    }

    /** The reader is gone. */
    private synchronized void abandon() {
        queue.clear();
        if (!over) {
            over = true;
            try {
                context.complete();
            } catch (IllegalStateException e) {
                // The container knew it before us.
                return;
            }
        }
    }

    @Override
    public void onError(Throwable failure) {
        abandon();
        leave();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        synchronized (this) {
            over = true;
            queue.clear();
        }
        leave();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        // There is no time-out.
    }

    @Override
    public void onError(AsyncEvent event) {
        onError(event.getThrowable());
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // It is never dispatched.
    }
}
