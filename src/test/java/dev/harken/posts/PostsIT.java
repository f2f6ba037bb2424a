package dev.harken.posts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.codahale.metrics.Histogram;
import com.fasterxml.jackson.databind.JsonNode;
import dev.harken.testing.ApiClient;
import dev.harken.testing.HarkenService;
import dev.harken.testing.TestClient;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostsIT {
    private static HarkenService harken;

    @BeforeAll
    static void start() {
        harken = HarkenService.start("monitoring.enabled=false");
    }

    @AfterAll
    static void stop() {
        harken.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 200})
    void aPageOfPostsWithTheirResponsesIsOneStatementWhateverItsSize(int size) throws Exception {
        TestClient client = TestClient.create(harken);
        for (int i = 0; i < size; i++) {
            client.post("p" + i, "Post " + i, 3);
        }

        long before = statements("GET /api/posts").getCount();
        ApiClient.Answer answer = client.user().get("/api/posts?limit=" + size);

        assertThat(answer.json()).hasSize(size);
        assertThat(answer.json())
                .allSatisfy(post -> assertThat(post.get("responses")).hasSize(3));
        assertMostStatements("GET /api/posts", before + 1, 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/users", "/api/configs", "/api/clients"})
    void everyOtherListIsOneStatementToo(String list) {
        for (int i = 0; i < 3; i++) {
            TestClient client = TestClient.create(harken);
            client.user().post("/api/configs", Map.of("keywords", List.of("a"), "reddit_subreddits", List.of("abc")));
        }

        ApiClient.Answer answer = harken.admin().get(list);

        assertThat(answer.json().size()).isGreaterThanOrEqualTo(3);
        if (!list.equals("/api/clients")) {
            assertThat(answer.json()
                            .get(answer.json().size() - 1)
                            .get("client")
                            .get("name")
                            .asText())
                    .isNotEmpty();
        }
        assertMostStatements("GET " + list, 1, 1);
    }

    @Test
    void followingTheLinksShowsEveryPostOnceNewestFirstAndBackAgain() throws Exception {
        TestClient client = TestClient.create(harken);
        for (int i = 0; i < 25; i++) {
            client.post("p" + i, "Post " + i, i % 3);
        }
        // Several posts of one moment: the id decides.
        harken.database().execute("update matched_posts set created_at = now() where client_id = " + client.id());

        List<Long> forward = new ArrayList<>();
        Optional<String> next = Optional.of("/api/posts?limit=10");
        String last = "";
        while (next.isPresent()) {
            last = next.get();
            ApiClient.Answer page = client.user().get(last);
            page.json().forEach(post -> forward.add(post.get("id").asLong()));
            next = page.link("next");
        }
        assertThat(forward).hasSize(25).doesNotHaveDuplicates().isSortedAccordingTo(Collections.reverseOrder());

        List<Long> middle = new ArrayList<>();
        client.user()
                .get(client.user().get(last).link("prev").orElseThrow())
                .json()
                .forEach(post -> middle.add(post.get("id").asLong()));
        assertThat(middle).isEqualTo(forward.subList(10, 20));

        ApiClient.Answer oldest = client.user().get("/api/posts?limit=3&order=oldest");
        assertThat(oldest.json().get(0).get("id").asLong()).isEqualTo(forward.get(24));
        assertThat(oldest.link("next")).isPresent();
        assertThat(oldest.link("prev")).isEmpty();
    }

    @Test
    void eachFilterNarrowsTheList() throws Exception {
        TestClient client = TestClient.create(harken);
        long plain = client.post("f1", "Tomatoes in spring", 0);
        long marked = client.post("f2", "Ménage à trois chats", 0);
        harken.database()
                .execute("update matched_posts set reviewed = true, flagged = true, score = 99, subreddit = 'Other',"
                        + " keywords_matched = 'Cats, c++', created_at = '2020-01-02T03:04:05Z' where id = "
                        + marked);

        assertThat(ids(client, "reviewed=true")).containsExactly(marked);
        assertThat(ids(client, "reviewed=false")).containsExactly(plain);
        assertThat(ids(client, "flagged=true")).containsExactly(marked);
        assertThat(ids(client, "min_score=50")).containsExactly(marked);
        assertThat(ids(client, "subreddit=Other")).containsExactly(marked);
        assertThat(ids(client, "keyword=C%2B%2B")).containsExactly(marked);
        assertThat(ids(client, "keyword=cat")).isEmpty();
        assertThat(ids(client, "keyword=TOMATOES")).containsExactly(plain);
        assertThat(ids(client, "since=2020-01-03T00:00:00Z")).containsExactly(plain);
        assertThat(ids(client, "until=2020-01-03T00:00:00%2B01:00")).containsExactly(marked);
        assertThat(ids(client, "since=2020-01-02T03:04:05Z&until=2020-01-02T03:04:05Z"))
                .isEmpty();
        assertThat(ids(client, "q=spring%20tomatoes")).containsExactly(plain);
        assertThat(ids(client, "q=m%C3%A9nage")).containsExactly(marked);
        assertThat(ids(client, "q=tomatoes%20-spring")).isEmpty();
        assertThat(ids(client, "q=%27%26%7C%21%28")).isEmpty();
    }

    @Test
    void anAdministratorSeesAllClientsAndMayAskForOne() throws Exception {
        TestClient one = TestClient.create(harken);
        TestClient two = TestClient.create(harken);
        long post = one.post("same", "One's", 0);
        long same = two.post("same", "Two's", 0);

        List<Long> all = new ArrayList<>();
        harken.admin()
                .get("/api/posts?limit=2")
                .json()
                .forEach(row -> all.add(row.get("id").asLong()));

        assertThat(all).containsExactly(same, post);
        JsonNode ones = harken.admin().get("/api/posts?client_id=" + one.id()).json();
        assertThat(ones).hasSize(1);
        assertThat(ones.get(0).get("id").asLong()).isEqualTo(post);
        assertThat(one.user().get("/api/posts?client_id=" + one.id()).json()).hasSize(1);
        assertThat(one.user().get("/api/posts/?client_id=" + two.id()).json()).isEmpty();
    }

    @Test
    void markingAPostIsAnEventAndAnAuditRecordInTheSameTransaction() throws Exception {
        TestClient client = TestClient.create(harken);
        long post = client.post("m1", "To be reviewed", 1);

        JsonNode marked = client.user()
                .patch("/api/posts/" + post, Map.of("reviewed", true, "flagged", true))
                .json();

        assertThat(marked.get("reviewed").asBoolean()).isTrue();
        assertThat(marked.get("flagged").asBoolean()).isTrue();
        assertThat(marked.get("responses")).hasSize(1);
        assertThat(harken.database()
                        .scalar(
                                "select string_agg(event_type, ',' order by id) from analytics_events where client_id = "
                                        + client.id()))
                .isEqualTo("post_reviewed,post_flagged");
        assertThat(harken.database()
                        .scalar("select count(*) from audit_records where subject = 'post' and subject_id = " + post))
                .isEqualTo("2");
        assertThat(harken.database()
                        .scalar("select count(distinct t.xmin::text) from ("
                                + "select xmin from analytics_events where client_id = " + client.id()
                                + " union all select xmin from audit_records where subject = 'post' and subject_id = "
                                + post + " union all select xmin from matched_posts where id = " + post + ") t"))
                .isEqualTo("1");
    }

    private static List<Long> ids(TestClient client, String query) {
        ApiClient.Answer answer = client.user().get("/api/posts?" + query);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        List<Long> ids = new ArrayList<>();
        answer.json().forEach(post -> ids.add(post.get("id").asLong()));
        return ids;
    }

    private static void assertMostStatements(String route, long requests, long most) {
        // A request is counted when its answer is on the way, which may be after the caller has it.
        await().until(() -> statements(route).getCount() >= requests);
        assertThat(statements(route).getSnapshot().getMax()).isEqualTo(most);
    }

    private static Histogram statements(String route) {
        return harken.support().getEnvironment().metrics().histogram("statements." + route);
    }
}
