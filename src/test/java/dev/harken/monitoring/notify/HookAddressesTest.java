package dev.harken.monitoring.notify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HookAddressesTest {
    private final HookAddresses addresses = new HookAddresses(false);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://example.com/",
                "file:///etc/passwd",
                "https:///path",
                "example.com",
                "https://user:password@example.com/",
                "https://example.com/#part",
                "https://example.com:0/",
                "https://example.com:65536/",
                "https://exa mple.com/",
                "javascript:alert(1)",
                ""
            })
    void theseCannotBeAHooks(String address) {
        assertThat(addresses.refusal(address)).isPresent();
        assertThat(new HookAddresses(true).refusal(address)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1/", "http://[::1]:8080/", "https://169.254.169.254/latest/meta-data"})
    void thoseOfAPrivateNetworkAreForTheOperatorToAllow(String address) {
        assertThat(addresses.refusal(address))
                .hasValueSatisfying(why -> assertThat(why).contains("NOTIFY_PRIVATE_TARGETS"));
        assertThat(new HookAddresses(true).refusal(address)).isEmpty();
    }

    @Test
    void aPublicAddressIsTaken() {
        assertThat(addresses.refusal("https://hooks.slack.com/services/T0/B0/xyz"))
                .isEmpty();
        assertThat(addresses.refusal("http://example.com:8080/a?b=c")).isEmpty();
    }
}
