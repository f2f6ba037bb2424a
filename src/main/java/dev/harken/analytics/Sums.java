package dev.harken.analytics;

/**
 * What happened in some days, as it can be added up.
 *
 * @param posts that were matched in these days
 * @param drafted of these, those that have a draft
 * @param copied of these, those of which a draft was copied
 * @param responses drafts that were written in these days, to whatever post
 * @param scored drafts of these posts that have a score
 * @param score the sum of these scores
 */
record Sums(
        long posts, long reviewed, long flagged, long drafted, long copied, long responses, long scored, long score) {
    static final Sums NONE = new Sums(0, 0, 0, 0, 0, 0, 0, 0);

    Sums plus(Sums more) {
        return new Sums(
                posts + more.posts,
                reviewed + more.reviewed,
                flagged + more.flagged,
                drafted + more.drafted,
                copied + more.copied,
                responses + more.responses,
                scored + more.scored,
                score + more.score);
    }
}
