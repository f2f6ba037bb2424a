package dev.harken.monitoring.notify;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Which addresses hooks may have. Thread-safe.
 *
 * @param allowPrivate whether they may be this machine's or a private network's
 */
record HookAddresses(boolean allowPrivate) {
    private static final String REFUSED =
            "is not on the public internet, and the operator allows no other" + " (NOTIFY_PRIVATE_TARGETS)";

    /** Why an address cannot be a hook's, as far as can be told without looking its name up. */
    Optional<String> refusal(String text) {
        URI address;
        try {
            address = new URI(text);
        } catch (URISyntaxException e) {
            return Optional.of("must be an address such as https://example.com/hook");
        }
        String scheme = address.getScheme() == null ? "" : address.getScheme().toLowerCase(Locale.ROOT);
        if (!(scheme.equals("https") || scheme.equals("http"))
                || address.getHost() == null
                || address.getPort() == 0
                || address.getPort() > 0xffff) {
            return Optional.of("must be an address such as https://example.com/hook");
        }
        if (address.getRawUserInfo() != null || address.getRawFragment() != null) {
            return Optional.of("must have no user, password or fragment");
        }
        boolean literal = InetAddresses.isUriInetAddress(address.getHost());
        if (!allowPrivate && literal && !PublicAddresses.contain(InetAddresses.forUriString(address.getHost()))) {
            return Optional.of(REFUSED);
        }
        return Optional.empty();
    }

    /**
     * The addresses of a host, to be connected to.
     *
     * @throws RefusedException when one of them is not allowed
     * @throws UnknownHostException when there are none
     */
    InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] found = InetAddress.getAllByName(host);
        if (!allowPrivate && !Arrays.stream(found).allMatch(PublicAddresses::contain)) {
            throw new RefusedException();
        }
        return found;
    }

    /** The host's addresses are not allowed. */
    static final class RefusedException extends UnknownHostException {
        private static final long serialVersionUID = 1L;

        RefusedException() {
            super("the address " + REFUSED);
        }
    }
}
