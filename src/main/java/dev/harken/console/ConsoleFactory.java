package dev.harken.console;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import dev.harken.console.access.AccessRules;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** {@code console} in config.yml: the operator's pages, and who may use the admin port at all. */
@JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
public final class ConsoleFactory {
    private boolean login = false;

    @NotNull
    private List<@NotBlank String> hosts = List.of();

    @NotNull
    @Pattern(regexp = "|.{16,}", message = "needs 16 characters at least, for example from: openssl rand -hex 16")
    private String scrapeToken = "";

    /** The rules of the admin port. */
    public AccessRules access() {
        return new AccessRules(
                login,
                hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).collect(Collectors.toSet()),
                scrapeToken);
    }
}
