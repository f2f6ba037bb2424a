package dev.harken.console.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import com.fasterxml.jackson.annotation.JsonTypeName;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.core.server.SimpleServerFactory;
import io.dropwizard.jetty.ConnectorFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.ThreadPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminAddressesTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost"})
    void aLoopbackAddressNeedsNoLogin(String host) {
        assertThat(refusal(http(host))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "10.1.2.3", "203.0.113.9", "2001:db8::1", "no-such-host.invalid", " "})
    void anyOtherAddressIsRefusedWithWhatToDo(String host) {
        assertThat(refusal(http(host)).orElseThrow())
                .startsWith("server.adminConnectors[0] ")
                .contains("ADMIN_HOST=127.0.0.1", "CONSOLE_LOGIN=true");
        assertThat(AdminAddresses.refusal(server(http(host)), true)).isEmpty();
    }

    @Test
    void aConnectorWithoutAnAddressListensOnAllOfThem() {
        assertThat(refusal(new HttpConnectorFactory()).orElseThrow()).contains("has no bindHost");
    }

    @Test
    void eachConnectorIsLookedAt() {
        DefaultServerFactory server = server(http("127.0.0.1"), http("0.0.0.0"));
        assertThat(AdminAddresses.refusal(server, false).orElseThrow()).startsWith("server.adminConnectors[1] ");
    }

    @Test
    void forwardedHeadersAreNotTrustedWithoutLogin() {
        HttpConnectorFactory connector = http("127.0.0.1");
        connector.setUseForwardedHeaders(true);
        assertThat(refusal(connector).orElseThrow()).contains("useForwardedHeaders");
    }

    @Test
    void aServerWithOneConnectorServesTheAdminPagesThere() {
        SimpleServerFactory server = new SimpleServerFactory();
        assertThat(AdminAddresses.refusal(server, false).orElseThrow()).startsWith("server.connector");
        assertThat(AdminAddresses.refusal(server, true)).isEmpty();

        server.setConnector(http("127.0.0.1"));
        assertThat(AdminAddresses.refusal(server, false)).isEmpty();
    }

    @Test
    void aUnixSocketIsOnThisMachineAndAnUnknownConnectorMayBeAnywhere() {
        assertThat(refusal(new UnixSocket())).isEmpty();
        assertThat(refusal(new Unknown()).orElseThrow()).contains("unknown type");
    }

    private static Optional<String> refusal(ConnectorFactory connector) {
        return AdminAddresses.refusal(server(connector), false);
    }

    private static DefaultServerFactory server(ConnectorFactory... connectors) {
        DefaultServerFactory server = new DefaultServerFactory();
        server.setAdminConnectors(List.of(connectors));
        return server;
    }

    private static HttpConnectorFactory http(String host) {
        HttpConnectorFactory connector = new HttpConnectorFactory();
        connector.setBindHost(host);
        return connector;
    }

    /** Named and made as that of dropwizard-unix-socket. */
    @JsonTypeName("unix-socket")
    private static final class UnixSocket extends HttpConnectorFactory {}

    private static final class Unknown implements ConnectorFactory {
        @Override
        public Connector build(Server server, MetricRegistry metrics, String name, ThreadPool threadPool) {
            throw new AssertionError("nobody builds it");
        }
    }
}
