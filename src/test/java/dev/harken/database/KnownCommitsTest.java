package dev.harken.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KnownCommitsTest {
    private static final Tenant CLIENT = Tenant.of(1);
    private static final Tenant OTHER = Tenant.of(2);

    private final KnownCommits commits = new KnownCommits();

    @Test
    void aClientsOwnAreNotBeforeThem() {
        long before = System.nanoTime();

        commits.committed(CLIENT);

        assertThat(commits.areBefore(before, CLIENT)).isFalse();
        assertThat(commits.areBefore(before, OTHER)).isTrue();
        assertThat(commits.areBefore(before, Tenant.EVERY)).isFalse();
        assertThat(commits.areBefore(System.nanoTime() + 1, CLIENT)).isTrue();
        assertThat(commits.areBefore(System.nanoTime() + 1, Tenant.EVERY)).isTrue();
    }

    @Test
    void oneForTheWholeInstallationIsEachClients() {
        long before = System.nanoTime();

        commits.committed(Tenant.EVERY);

        assertThat(commits.areBefore(before, CLIENT)).isFalse();
        assertThat(commits.areBefore(before, Tenant.EVERY)).isFalse();
    }

    @Test
    void whatWasLearnedOfOneConcernsNobodyElse() {
        long before = System.nanoTime();
        KnownCommits learning = new KnownCommits();
        long after = System.nanoTime();

        learning.learned(CLIENT);
        assertThat(learning.areBefore(before, CLIENT)).isFalse();
        assertThat(learning.areBefore(after, Tenant.EVERY)).isTrue();

        learning.learned(Tenant.EVERY);
        assertThat(learning.areBefore(after, Tenant.EVERY)).isFalse();
        assertThat(learning.areBefore(before, OTHER)).isTrue();
    }
}
