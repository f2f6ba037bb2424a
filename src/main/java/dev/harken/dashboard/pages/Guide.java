package dev.harken.dashboard.pages;

import dev.harken.auth.Caller;
import java.util.List;

/** Knows what somebody does first who has nothing to review yet. Thread-safe. */
public interface Guide {
    /** The steps, in their order. */
    List<Step> of(Caller caller);

    /**
     * A step. Public for the template engine.
     *
     * @param link where it is done, from the service's root on; empty when there is nothing to do
     * @param state how far it is, or empty
     */
    record Step(String title, String text, String link, String label, boolean done, String state) {}
}
