package dev.harken.monitoring.drafting;

import com.fasterxml.jackson.databind.JsonNode;
import dev.harken.monitoring.drafting.DraftingException.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What a language model wrote, checked. It may have done as the post told it, so a reply is dropped that has a link which
 * the client did not name, mentions another user than the poster, or repeats what the model was told; and one that is
 * empty, too long or there already.
 *
 * @param usable the replies that are left, in the model's order
 * @param why what was wrong with those that were dropped, to follow "as"; empty when nothing was
 * @param isOnlyTooLong true when some were dropped, all for their length
 * @param usage what they came to, and what was asked before them
 */
record Variants(List<String> usable, String why, boolean isOnlyTooLong, ModelUsage usage) {
    private static final String TOO_LONG = "a reply was too long";

    /** Whatever is not seen: controls, directions of writing, blanks without width, tags; a line may end. */
    private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cs}&&[^\\n\\t\\u200c\\u200d]]");

    private static final Pattern MENTION = Pattern.compile("(?i)(?<![\\p{L}\\p{N}_])u/([\\w-]{2,})");

    /**
     * Reads an answer.
     *
     * @throws DraftingException when it is not by the schema
     */
    static Variants read(
            JsonNode json, int most, DraftRequest request, Guidance guidance, String mark, ModelUsage usage)
            throws DraftingException {
        LinkRule links = LinkRule.of(guidance);
        List<String> usable = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        Set<String> faults = new TreeSet<>();
        for (String reply : replies(json, most, usage)) {
            String fault = fault(reply, request, guidance, links, mark);
            if (fault.isEmpty()) {
                if (seen.add(reply.toLowerCase(Locale.ROOT).replaceAll("\\s+", " "))) {
                    usable.add(reply);
                }
            } else {
                faults.add(fault);
            }
        }
        return new Variants(usable, String.join(" and ", faults), faults.equals(Set.of(TOO_LONG)), usage);
    }

    private static List<String> replies(JsonNode json, int most, ModelUsage usage) throws DraftingException {
        JsonNode variants = json.path("variants");
        List<String> replies = new ArrayList<>();
        boolean fits = json.size() == 1 && variants.isArray() && !variants.isEmpty() && variants.size() <= most;
        for (JsonNode variant : variants) {
            fits &= variant.isObject()
                    && variant.size() == 1
                    && variant.path("reply").isTextual();
            replies.add(cleaned(variant.path("reply").asText("")));
        }
        if (!fits) {
            throw ModelClient.failure(
                    Kind.UNUSABLE,
                    "the model's answer is not 1 to " + most + " replies; check that the model of OPENAI_MODEL can"
                            + " answer by a JSON schema",
                    usage);
        }
        return replies;
    }

    private static String fault(String reply, DraftRequest request, Guidance guidance, LinkRule links, String mark) {
        if (reply.isEmpty()) {
            return "a reply was empty";
        }
        if (reply.codePointCount(0, reply.length()) > guidance.longestReply()) {
            return TOO_LONG;
        }
        if (Instructions.isRepeatedIn(reply, mark)) {
            return "a reply repeated the instructions";
        }
        if (!links.allows(reply)) {
            return "a reply had a link that the brand voice does not name";
        }
        boolean strangers = MENTION.matcher(LinkRule.plain(reply))
                .results()
                .map(mention -> mention.group(1))
                .anyMatch(name -> !name.equalsIgnoreCase(request.author()));
        return strangers ? "a reply mentioned another user" : "";
    }

    /** Without what is not seen, which could hide words from whoever reviews. */
    static String cleaned(String text) {
        return UNSEEN.matcher(text.replace("\r\n", "\n")).replaceAll("").strip();
    }
}
