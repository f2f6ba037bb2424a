package dev.harken.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table for people: columns as wide as their widest cell, numbers to the right. */
final class TextTable {
    private static final String GAP = "  ";

    private final List<String> head;
    private final List<List<String>> rows = new ArrayList<>();

    TextTable(String... head) {
        this.head = List.of(head);
    }

    TextTable row(List<String> cells) {
        rows.add(List.copyOf(cells));
        return this;
    }

    @Override
    public String toString() {
        List<Integer> widths =
                IntStream.range(0, head.size()).mapToObj(this::width).toList();
        List<Boolean> numbers =
                IntStream.range(0, head.size()).mapToObj(this::isNumeric).toList();
        StringBuilder text = new StringBuilder(line(head, widths, numbers));
        text.append(line(widths.stream().map("-"::repeat).toList(), widths, numbers));
        rows.forEach(row -> text.append(line(row, widths, numbers)));
        return text.toString();
    }

    private int width(int column) {
        return Math.max(
                head.get(column).length(),
                rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0));
    }

    private boolean isNumeric(int column) {
        return rows.stream().map(row -> row.get(column)).allMatch(cell -> cell.isEmpty() || cell.matches("[0-9.,-]+"));
    }

    private static String line(List<String> cells, List<Integer> widths, List<Boolean> numbers) {
        return IntStream.range(0, cells.size())
                        .mapToObj(column -> {
                            String blanks = " "
                                    .repeat(widths.get(column)
                                            - cells.get(column).length());
                            return numbers.get(column) ? blanks + cells.get(column) : cells.get(column) + blanks;
                        })
                        .collect(Collectors.joining(GAP))
                        .stripTrailing()
                + "\n";
    }
}
