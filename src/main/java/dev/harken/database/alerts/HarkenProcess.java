package dev.harken.database.alerts;

import dev.harken.database.Level;
import dev.harken.database.PoolSnapshot;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * One of the Harken processes over a database.
 *
 * @param name its host and its process number
 */
public record HarkenProcess(UUID id, String name, Instant startedAt) {
    /** This process, under a new id. */
    public static HarkenProcess thisOne(Instant startedAt) {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "unnamed host";
        }
        return new HarkenProcess(
                UUID.randomUUID(), host + " " + ProcessHandle.current().pid(), startedAt);
    }

    /**
     * What a process says of itself.
     *
     * @param advice what it recommends about its pool
     */
    public record State(PoolSnapshot pool, List<String> advice, List<Measured> signals) {}

    /**
     * A signal as a process measured it last.
     *
     * @param value null when it is missing
     * @param missing why it is; empty when it is not
     */
    public record Measured(Signal signal, Double value, String missing, Level level) {
        static Measured of(SignalBoard.SignalState state) {
            Reading latest = state.latest();
            return new Measured(
                    state.signal(), latest.isMeasured() ? latest.value() : null, latest.reason(), state.level());
        }
    }

    /** A process with what it said last, and when. */
    public record Seen(HarkenProcess process, Instant at, State state) {}
}
