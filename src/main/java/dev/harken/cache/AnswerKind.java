package dev.harken.cache;

/** What kind of answer it is, on which depends how long it is kept. */
public enum AnswerKind {
    /** A list, such as that of posts, which other processes change as well. */
    LIST,
    /** Sums over many rows. */
    ANALYTICS,
    /** What stays as it is until somebody changes it, such as configs. */
    SETTINGS
}
