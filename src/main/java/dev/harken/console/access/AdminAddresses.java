package dev.harken.console.access;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.core.server.ServerFactory;
import io.dropwizard.core.server.SimpleServerFactory;
import io.dropwizard.jetty.ConnectorFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Looks whether the admin port may be opened at the addresses that are set. */
public final class AdminAddresses {
    private static final String UNIX_SOCKET = "unix-socket";

    private AdminAddresses() {}

    /**
     * Why Harken must not start with these addresses: an admin port that asks for no login may only be reached from
     * the machine itself.
     *
     * @return what is wrong and how to mend it; empty when all is well
     */
    public static Optional<String> refusal(ServerFactory server, boolean login) {
        if (login) {
            return Optional.empty();
        }
        if (server instanceof DefaultServerFactory separate) {
            List<ConnectorFactory> connectors = separate.getAdminConnectors();
            return IntStream.range(0, connectors.size())
                    .mapToObj(i -> refusal("server.adminConnectors[" + i + "]", connectors.get(i)))
                    .flatMap(Optional::stream)
                    .findFirst();
        }
        if (server instanceof SimpleServerFactory simple) {
            return refusal("server.connector, which serves the admin pages too,", simple.getConnector());
        }
        return Optional.of("The server of type " + server.getClass().getSimpleName()
                + " does not tell where its admin port is. Set console.login to true (CONSOLE_LOGIN=true).");
    }

    private static Optional<String> refusal(String name, ConnectorFactory connector) {
        return open(connector)
                .map(why -> name + " " + why + ", and the admin port asks for no login: whoever reaches it"
                        + " could read and end the database's sessions. Either bind it to this machine only"
                        + " (ADMIN_HOST=127.0.0.1, the default, and useForwardedHeaders: false), or have administrators"
                        + " sign in (CONSOLE_LOGIN=true).");
    }

    /** What makes the connector reachable from elsewhere, if something does. */
    private static Optional<String> open(ConnectorFactory connector) {
        JsonTypeName type = connector.getClass().getAnnotation(JsonTypeName.class);
        if (type != null && type.value().equals(UNIX_SOCKET)) {
            return Optional.empty();
        }
        if (!(connector instanceof HttpConnectorFactory http)) {
            return Optional.of("is of an unknown type, " + connector.getClass().getSimpleName());
        }
        if (http.isUseForwardedHeaders()) {
            // A header that any page can send would then say by which name the console was called.
            return Optional.of("trusts forwarded headers (useForwardedHeaders)");
        }
        String host = http.getBindHost();
        if (host == null || host.isBlank()) {
            return Optional.of("has no bindHost and so listens on every address");
        }
        try {
            return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress)
                    ? Optional.empty()
                    : Optional.of("listens on " + host + ", which is not a loopback address");
        } catch (UnknownHostException e) {
            return Optional.of("listens on " + host + ", which cannot be resolved");
        }
    }
}
