package dev.harken.dashboard.figures;

import dev.harken.configs.ClientConfig;
import java.util.stream.Collectors;

/**
 * A client or config to choose. Public for the template engine.
 *
 * @param name of a config, which has none, what it listens for
 */
public record Choice(long id, String name) {
    private static final int WORDS = 2;

    static Choice of(ClientConfig config, boolean withClient) {
        String words = config.keywords().stream().limit(WORDS).collect(Collectors.joining(", "));
        String places = config.subreddits().stream()
                .limit(1)
                .map(name -> " in r/" + name)
                .collect(Collectors.joining());
        int others = config.subreddits().size() - 1;
        return new Choice(
                config.id(),
                (withClient ? config.client().name() + ": " : "") + words + places + (others > 0 ? " +" + others : ""));
    }
}
