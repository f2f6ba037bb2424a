package dev.harken.database.insight;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How much a {@link Finding} matters, from the least. */
public enum Severity {
    /** Something that could be better; nothing is wrong. */
    ADVICE,
    /** It could not be judged. That is never shown as fine. */
    UNKNOWN,
    WARNING,
    CRITICAL;

    /** The severity as pages, JSON and the shell show it. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
