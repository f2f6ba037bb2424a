package dev.harken.monitoring.drafting;

/** Writes a reply by filling the client's template. */
public final class TemplateWriter implements DraftWriter {
    @Override
    public Draft write(DraftRequest request, ReplyTemplate template) throws DraftingException {
        String content = template.fill(request);
        if (content.isBlank()) {
            throw new DraftingException("has no draft: the template came out empty");
        }
        return new Draft(content, QualityScore.judge(content, request));
    }
}
