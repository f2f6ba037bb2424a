package dev.harken;

/** Placeholder so that the build has something to compile. */
public final class HarkenApplication {
    private HarkenApplication() {}

    public static void main(String[] args) {}
}
