package dev.harken.live;

import dev.harken.database.Tenant;
import dev.harken.http.ProblemException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Somebody who is told of events. The reader's thread tells it; any other may end it. */
final class Listener {
    private static final int RETRY_SECONDS = 5;

    private final Subscription subscription;
    private final Instant since;
    private final EventStream stream;
    private volatile boolean joined;

    /** How far it was told; of the reader's thread. */
    private EventPosition told = new EventPosition(0, 0);

    Listener(Subscription subscription, Instant since, EventStream stream) {
        this.subscription = subscription;
        this.since = since;
        this.stream = stream;
    }

    /** Calls when it is over; at once when it is. */
    void onOver(Runnable what) {
        stream.onOver(what);
    }

    Tenant tenant() {
        return subscription.tenant();
    }

    Optional<EventPosition> after() {
        return subscription.after();
    }

    boolean isAllowed() {
        return subscription.isAllowed().getAsBoolean();
    }

    /** Whether it has waited for its first event since before a time. */
    boolean isWaitingSinceBefore(Instant time) {
        return !joined && since.isBefore(time);
    }

    boolean isJoined() {
        return joined;
    }

    /** Begins at a place: all up to it was told, or is in the messages. */
    void begin(EventPosition position, List<byte[]> messages) {
        told = position;
        joined = true;
        stream.begin(messages);
    }

    /** Sends those of the events that are its own, and that it has not got; they are in their order. */
    void tell(List<Told> events) {
        List<byte[]> messages = events.stream()
                .filter(one -> one.event().position().isAfter(told))
                .filter(one -> subscription.covers(one.event().clientId()))
                .map(Told::message)
                .toList();
        EventPosition last = events.get(events.size() - 1).event().position();
        told = last.isAfter(told) ? last : told;
        if (!messages.isEmpty()) {
            stream.send(messages);
        }
    }

    /** Passes on who has a post open. */
    void tell(Viewing viewing, byte[] message) {
        if (subscription.covers(viewing)) {
            stream.send(List.of(message));
        }
    }

    /** Says that there may be a gap, and goes on from a place. */
    void reset(EventPosition position) {
        told = position;
        stream.send(List.of(EventText.reset(position)));
    }

    void beat() {
        stream.beat();
    }

    /** Ends it; it may come again. */
    void close() {
        stream.close(ProblemException.unavailable(
                "Events cannot be told now. Try again in some seconds, with the same Last-Event-ID.", RETRY_SECONDS));
    }

    /** An event with its text, which all listeners share. */
    static final class Told {
        private final Event event;
        private final byte[] message;

        Told(Event event, byte[] message) {
            this.event = event;
            this.message = message;
        }

        Event event() {
            return event;
        }

        byte[] message() {
            return message;
        }
    }
}
