package dev.harken.responses;

import dev.harken.database.Utf8Text;
import jakarta.annotation.Nullable;
import java.time.Instant;

/**
 * A drafted reply as the API shows it; score and grade are null for drafts that were never judged.
 *
 * @param revision how often the text was changed; an edit may say which it saw
 */
public record ResponseView(
        long id,
        long postId,
        long clientId,
        Utf8Text content,
        @Nullable Integer score,
        @Nullable Utf8Text grade,
        boolean copied,
        boolean complianceAck,
        int revision,
        Instant createdAt) {
    public static ResponseView of(AiResponse response) {
        return new ResponseView(
                response.id(),
                response.postId(),
                response.clientId(),
                Utf8Text.of(response.content()),
                response.score().orElse(null),
                response.grade().map(Utf8Text::of).orElse(null),
                response.isCopied(),
                response.isComplianceAck(),
                response.revision(),
                response.createdAt());
    }
}
