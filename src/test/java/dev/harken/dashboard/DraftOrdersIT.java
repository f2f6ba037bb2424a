package dev.harken.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.harken.testing.HarkenService;
import dev.harken.testing.ModelServer;
import dev.harken.testing.TestClient;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Drafts that take longer than anybody's proxy waits. */
class DraftOrdersIT {

    @Test
    void whoeverOrdersADraftIsAnsweredBeforeTheModelIs() throws Exception {
        CountDownLatch thinking = new CountDownLatch(1);
        try (ModelServer model = ModelServer.start();
                HarkenService harken = HarkenService.start(
                        Stream.concat(Stream.of("monitoring.enabled=false"), Stream.of(model.settings()))
                                .toArray(String[]::new))) {
            model.answerBy(request -> {
                hold(thinking);
                return ModelServer.replies("Plant them as deep as the first leaves, and water well.");
            });
            TestClient client = TestClient.create(harken);
            long post = client.post("slow", "How deep do tomatoes want to be?", 1);
            PageVisitor visitor = Reviewer.of(harken, client).visitor();
            PageVisitor stranger =
                    Reviewer.of(harken, TestClient.create(harken)).visitor();

            HttpResponse<String> answer = visitor.change("/posts/" + post + "/drafts", Map.of());

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("A draft is being written");
            Matcher again = Pattern.compile("hx-get=\"([^\"]+)\"").matcher(answer.body());
            assertThat(again.find()).isTrue();
            String path = again.group(1).replace("&amp;", "&");
            assertThat(visitor.get(path).body()).contains("A draft is being written", "turn=2");
            assertThat(stranger.get(path).statusCode()).isEqualTo(404);
            // One is written for a post at a time.
            visitor.change("/posts/" + post + "/drafts", Map.of());
            assertThat(model.requests()).hasSize(1);
            thinking.countDown();
            await().until(() -> visitor.get(path).body().contains("Plant them as deep"));
            assertThat(model.requests()).hasSize(1);
            // What another process was asked for meanwhile is not done because this one's order is.
            assertThat(visitor.get(path.replaceFirst("after=\\d+&order=[^&]+", "after=999999&order=another"))
                            .body())
                    .contains("A draft is being written");
            assertThat(visitor.get(path.replaceFirst("after=\\d+", "after=999999"))
                            .body())
                    .doesNotContain("A draft is being written");

            model.answer(ModelServer.status(401, "invalid_api_key"));
            assertThat(visitor.change("/posts/" + post + "/drafts", Map.of()).body())
                    .contains("role=\"alert\"");
        } finally {
            thinking.countDown();
        }
    }

    private static void hold(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
