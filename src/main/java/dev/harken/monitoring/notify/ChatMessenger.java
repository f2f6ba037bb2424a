package dev.harken.monitoring.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Posts messages to a chat's incoming hook. Thread-safe. */
final class ChatMessenger implements Messenger {
    private final Hooks hooks;
    private final ObjectMapper mapper;
    private final Function<Told, Map<String, ?>> message;

    private ChatMessenger(Hooks hooks, ObjectMapper mapper, Function<Told, Map<String, ?>> message) {
        this.hooks = hooks;
        this.mapper = mapper;
        this.message = message;
    }

    static ChatMessenger slack(Hooks hooks, ObjectMapper mapper) {
        return new ChatMessenger(hooks, mapper, told -> Map.of("text", ChatText.SLACK.of(told)));
    }

    static ChatMessenger discord(Hooks hooks, ObjectMapper mapper) {
        return new ChatMessenger(
                hooks,
                mapper,
                told -> Map.of("content", ChatText.DISCORD.of(told), "allowed_mentions", Map.of("parse", List.of())));
    }

    @Override
    public Receipt send(Channel channel, Told told) {
        try {
            return hooks.post(channel.address().orElseThrow(), Map.of(), mapper.writeValueAsBytes(message.apply(told)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a message cannot be written as JSON", e);
        }
    }
}
