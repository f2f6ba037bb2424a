package dev.harken.monitoring.drafting;

import com.google.common.net.InternetDomainName;
import java.text.Normalizer;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which links a reply may have: those to hosts that the client itself named in its brand voice or template, and below
 * them. The post's own links are none of them, for a link is what a post that gives orders wants to have repeated.
 * Immutable.
 */
final class LinkRule {
    /** A scheme, and what stands as host behind its slashes; or a scheme that needs no host. */
    private static final Pattern SCHEME = Pattern.compile(
            "(?i)\\b[a-z][a-z0-9+.-]{1,20}:/{1,}(?:[^\\s/?#@]*@)?([^\\s/?#:,;!()\\[\\]<>\"'`*]*)|\\b(?:mailto|tel|data|javascript):\\S");

    /** A link without a scheme in Markdown, or in angle brackets. */
    private static final Pattern MARKDOWN = Pattern.compile("\\]\\s*\\(\\s*<?\\s*(?!/?r/)([^\\s)>]+)|\\]:\\s*(\\S+)");

    /**
     * Labels with dots between them, and a slash that follows. An underscore, as Markdown has it for emphasis, is part of
     * no host that is registered. Nothing is tried a second time, so that a long name needs no stack.
     */
    private static final Pattern NAME = Pattern.compile("(?<![\\p{L}\\p{N}])(LABEL(?:\\.LABEL)++)(/?)"
            .replace("LABEL", "[\\p{L}\\p{N}]++(?:-++[\\p{L}\\p{N}]++)*+"));

    private static final Pattern ADDRESS = Pattern.compile("(?i)[\\p{L}\\p{N}._%+-]+@[\\p{L}\\p{N}.-]+\\.[\\p{L}]{2,}");

    /** Countries whose letters end the names of files too: there a name is only a host when a path follows. */
    private static final Set<String> FILES = Set.of("md", "py", "sh", "pl", "rs", "cc", "ps", "so");

    /** Kept for examples and for networks of one's own; they lead nowhere public, but look as if. */
    private static final Set<String> RESERVED = Set.of("example", "test", "invalid", "localhost", "local", "onion");

    private final Set<String> hosts;

    private LinkRule(Set<String> hosts) {
        this.hosts = Set.copyOf(hosts);
    }

    static LinkRule of(Guidance guidance) {
        Set<String> hosts = new HashSet<>();
        String named = plain(guidance.brandVoice() + "\n" + guidance.template().text());
        SCHEME.matcher(named).results().forEach(link -> add(hosts, link.group(1)));
        hosts(named).forEach(host -> add(hosts, host));
        return new LinkRule(hosts);
    }

    private static void add(Set<String> hosts, String host) {
        if (host != null && !host.isBlank()) {
            hosts.add(bare(host));
        }
    }

    boolean allows(String reply) {
        String text = plain(reply);
        return SCHEME.matcher(text).results().allMatch(link -> link.group(1) != null && isNamed(link.group(1)))
                && MARKDOWN.matcher(text)
                        .results()
                        .map(link -> link.group(1) == null ? link.group(2) : link.group(1))
                        .allMatch(this::isMarkdownNamed)
                && ADDRESS.matcher(text)
                        .results()
                        .allMatch(address -> isNamed(
                                address.group().substring(address.group().indexOf('@') + 1)))
                && hosts(text).allMatch(this::isNamed);
    }

    private boolean isMarkdownNamed(String target) {
        String host = target.replaceFirst("^(?i:[a-z][a-z0-9+.-]*:)?/*", "").replaceFirst("[/?#:].*$", "");
        return isNamed(host);
    }

    private boolean isNamed(String host) {
        String bare = bare(host);
        return hosts.stream().anyMatch(named -> bare.equals(named) || bare.endsWith("." + named));
    }

    private static String bare(String host) {
        return host.toLowerCase(Locale.ROOT).replaceFirst("\\.+$", "").replaceFirst("^www\\.", "");
    }

    private static Stream<String> hosts(String text) {
        return NAME.matcher(text).results().map(LinkRule::host).flatMap(Optional::stream);
    }

    /** The longest beginning of a name that is one of a host, for a word may follow without a blank. */
    private static Optional<String> host(MatchResult name) {
        String host = name.group(1).toLowerCase(Locale.ROOT);
        boolean path = !name.group(2).isEmpty();
        while (host.indexOf('.') >= 0) {
            if (isHost(host, path)) {
                return Optional.of(host);
            }
            host = host.substring(0, Math.max(host.lastIndexOf('.'), host.lastIndexOf('-')));
            path = false;
        }
        return Optional.empty();
    }

    /** Whether a name with dots in it is one of a host: "Node.js" is not. */
    private static boolean isHost(String host, boolean path) {
        String last = host.substring(host.lastIndexOf('.') + 1);
        if (RESERVED.contains(last)) {
            return true;
        }
        if (FILES.contains(last) && !path && !host.startsWith("www.")) {
            return false;
        }
        return InternetDomainName.isValid(host) && InternetDomainName.from(host).hasRegistrySuffix();
    }

    /** As a reader, or Reddit, would take it: wide letters as plain ones, and without the backslashes of Markdown. */
    static String plain(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKC)
                .replaceAll("[\\\\\u200c\u200d]", "")
                .replace("。", ".");
    }
}
