package dev.harken.dashboard.text;

import com.github.difflib.DiffUtils;
import com.github.difflib.algorithm.myers.MeyersDiffWithLinearSpace;
import com.github.difflib.patch.AbstractDelta;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What became of a text, word by word. */
public final class Difference {
    private static final String WORDS = "(?<=\\s)(?=\\S)";

    private Difference() {}

    /** The pieces of both texts in their order: what stayed, was added and was removed. */
    public static List<Piece> between(String before, String after) {
        List<String> old = Arrays.asList(before.split(WORDS));
        List<String> now = Arrays.asList(after.split(WORDS));
        List<Piece> pieces = new ArrayList<>();
        int at = 0;
        // The usual way of it takes memory by the square of the texts' difference.
        for (AbstractDelta<String> delta :
                DiffUtils.diff(old, now, new MeyersDiffWithLinearSpace<>()).getDeltas()) {
            add(pieces, old.subList(at, delta.getSource().getPosition()), Piece.Kind.PLAIN);
            add(pieces, delta.getSource().getLines(), Piece.Kind.REMOVED);
            add(pieces, delta.getTarget().getLines(), Piece.Kind.ADDED);
            at = delta.getSource().last() + 1;
        }
        add(pieces, old.subList(Math.min(at, old.size()), old.size()), Piece.Kind.PLAIN);
        return pieces;
    }

    private static void add(List<Piece> pieces, List<String> words, Piece.Kind kind) {
        if (!words.isEmpty()) {
            pieces.add(new Piece(String.join("", words), kind));
        }
    }
}
