package dev.harken.monitoring.notify;

/** Carries what is told to the receivers of one kind of channel. Thread-safe. */
interface Messenger {
    /** Sends, and waits for the receiver's answer or for its time to pass. What goes wrong is on the receipt. */
    Receipt send(Channel channel, Told told);
}
