package dev.harken.monitoring.drafting;

import java.util.List;

/** Writes a reply by filling the client's template. */
public final class TemplateWriter implements DraftWriter {
    @Override
    public Drafts write(DraftRequest request, Guidance guidance) throws DraftingException {
        String content = guidance.template().fill(request);
        if (content.isBlank()) {
            throw new DraftingException("has no draft: the template came out empty");
        }
        return new Drafts(List.of(new Draft(content, QualityScore.judge(content, request))), ModelUsage.NONE);
    }

    @Override
    public Price price() {
        return Price.FREE;
    }
}
