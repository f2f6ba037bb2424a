package dev.harken.monitoring.drafting;

/** A reply template that cannot be used. The message continues a sentence that names the template: "is empty". */
public final class TemplateException extends Exception {
    private static final long serialVersionUID = 1L;

    TemplateException(String message) {
        super(message);
    }
}
