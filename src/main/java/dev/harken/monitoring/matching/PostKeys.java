package dev.harken.monitoring.matching;

import com.google.common.hash.Hashing;
import dev.harken.monitoring.reddit.Post;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a post is known by: two that share a key say the same. These are the post itself and the one that it shows in
 * another subreddit; what it links to; and its words, if there are enough of them that nobody else writes the same.
 */
public final class PostKeys {
    /** Letters, digits and the spaces between words of a text that two people do not write by chance. */
    static final int LEAST_TEXT = 100;

    /** The same of a text by one author, who does not write it twice by chance. */
    static final int LEAST_TEXT_OF_ONE = 20;

    /** Writes the same words above every day's thread. */
    private static final String AUTOMATON = "automoderator";

    private static final Pattern SIGNS = Pattern.compile("[^\\p{L}\\p{M}\\p{N}]+");
    private static final Pattern HOST_OF_THE_SAME = Pattern.compile("^(?:www|m|mobile|old|new|np|amp)\\.");
    private static final Pattern END_OF_PATH = Pattern.compile("/+$");

    /** Parameters that say where a visitor comes from, and not what they see. */
    private static final Pattern TRACKING = Pattern.compile(
            "(?:utm_[^=]*|fbclid|gclid|dclid|msclkid|igshid|igsh|mc_cid|mc_eid|si|ref|ref_src|ref_source|share_id|feature)(?:=.*)?",
            Pattern.CASE_INSENSITIVE);

    private PostKeys() {}

    /** The keys of a post, the surest first; at most five, of at most 80 characters. */
    public static Set<String> of(Post post) {
        Set<String> keys = new LinkedHashSet<>();
        keys.add("id:" + post.id());
        if (post.crosspostOf() != null) {
            keys.add("id:" + post.crosspostOf());
        }
        boolean linksToItself =
                post.isComment() || post.url() == null || post.url().contains("/comments/" + post.id() + "/");
        if (!linksToItself) {
            link(post.url()).ifPresent(link -> keys.add("link:" + hash(link)));
        }
        if (linksToItself || !post.text().isBlank()) {
            addText(post, keys);
        }
        return keys;
    }

    private static void addText(Post post, Set<String> keys) {
        String author = post.author() == null ? "" : post.author().toLowerCase(Locale.ROOT);
        if (author.equals(AUTOMATON)) {
            return;
        }
        String text = words(post.words());
        int length = text.codePointCount(0, text.length());
        if (length >= LEAST_TEXT) {
            keys.add("text:" + hash(text));
        }
        if (length >= LEAST_TEXT_OF_ONE && !author.isEmpty()) {
            keys.add("author:" + hash(author + "\n" + text));
        }
    }

    private static String words(String text) {
        return SIGNS.matcher(Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT))
                .replaceAll(" ")
                .strip();
    }

    /**
     * An address as all have it who mean the same page: without scheme, {@code www.}, what tracks visitors, the place in
     * the page, and the slash at the end; parameters in order. Empty when it is no web address.
     */
    static Optional<String> link(String url) {
        URI address;
        try {
            address = new URI(url.strip());
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
        if (address.getHost() == null) {
            return Optional.empty();
        }
        String host = HOST_OF_THE_SAME
                .matcher(address.getHost().toLowerCase(Locale.ROOT))
                .replaceFirst("");
        String path = address.getRawPath() == null ? "" : address.getRawPath();
        String query = address.getRawQuery() == null ? "" : address.getRawQuery();
        if (host.equals("youtu.be") && path.length() > 1) {
            host = "youtube.com";
            query = "v=" + path.substring(1) + "&" + query;
            path = "/watch";
        }
        String port = address.getPort() < 0 || address.getPort() == 80 || address.getPort() == 443
                ? ""
                : ":" + address.getPort();
        String parameters = Arrays.stream(query.split("&"))
                .filter(parameter ->
                        !parameter.isEmpty() && !TRACKING.matcher(parameter).matches())
                .sorted()
                .collect(Collectors.joining("&"));
        return Optional.of(host + port + END_OF_PATH.matcher(path).replaceFirst("") + "?" + parameters);
    }

    private static String hash(String text) {
        return Hashing.sha256().hashString(text, StandardCharsets.UTF_8).toString();
    }
}
