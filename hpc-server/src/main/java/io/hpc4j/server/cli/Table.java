package io.hpc4j.server.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Text in columns. Cells that are too wide for the terminal are cut at an ellipsis. For one thread. */
final class Table {

    private static final String GAP = "  ";
    private static final int NARROWEST = 6;

    private record Column(String title, boolean right, boolean mayShrink) {}

    private record Cell(String text, UnaryOperator<String> paint) {}

    private final List<Column> columns = new ArrayList<>();
    private final List<List<Cell>> rows = new ArrayList<>();

    /** Adds a column whose cells begin at the same place. */
    Table left(String title) {
        columns.add(new Column(title, false, false));
        return this;
    }

    /** Adds a column whose cells end at the same place: for numbers. */
    Table right(String title) {
        columns.add(new Column(title, true, false));
        return this;
    }

    /** Adds a column that may be cut so that a line fits. */
    Table flexible(String title) {
        columns.add(new Column(title, false, true));
        return this;
    }

    /** Begins a row. */
    Table row() {
        rows.add(new ArrayList<>());
        return this;
    }

    /** Adds a cell to the last row. */
    Table cell(String text) {
        return cell(text, UnaryOperator.identity());
    }

    /** Adds a cell to the last row, painted after it has got its width. */
    Table cell(String text, UnaryOperator<String> paint) {
        rows.get(rows.size() - 1).add(new Cell(oneLine(text), paint));
        return this;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /**
     * Lays the table out.
     *
     * @param width the longest line, 0 for as long as it takes
     * @param head how to paint the titles
     */
    List<String> lines(int width, UnaryOperator<String> head) {
        int[] widths = widths(width);
        List<String> lines = new ArrayList<>(rows.size() + 1);
        List<Cell> titles = columns.stream().map(c -> new Cell(c.title(), head)).toList();
        lines.add(line(titles, widths, width));
        rows.forEach(row -> lines.add(line(row, widths, width)));
        return lines;
    }

    private int[] widths(int limit) {
        int[] widths = new int[columns.size()];
        int total = GAP.length() * (columns.size() - 1);
        for (int i = 0; i < widths.length; i++) {
            widths[i] = columns.get(i).title().length();
            for (List<Cell> row : rows) {
                widths[i] = Math.max(widths[i], length(row.get(i).text()));
            }
            total += widths[i];
        }
        for (int excess = total - limit; limit > 0 && excess > 0; excess--) {
            int widest = -1;
            for (int i = 0; i < widths.length; i++) {
                if (columns.get(i).mayShrink() && widths[i] > NARROWEST && (widest < 0 || widths[i] > widths[widest])) {
                    widest = i;
                }
            }
            if (widest < 0) {
                break;
            }
            widths[widest]--;
        }
        return widths;
    }

    private String line(List<Cell> row, int[] widths, int limit) {
        StringBuilder line = new StringBuilder();
        int used = 0;
        for (int i = 0; i < widths.length; i++) {
            int space = limit > 0 ? Math.min(widths[i], Math.max(0, limit - used)) : widths[i];
            String text = cut(row.get(i).text(), space);
            String pad = " ".repeat(space - length(text));
            boolean last = i == widths.length - 1;
            String painted = text.isEmpty() ? text : row.get(i).paint().apply(text);
            line.append(columns.get(i).right() ? pad + painted : last ? painted : painted + pad);
            used += space;
            if (!last && (limit == 0 || used + GAP.length() <= limit)) {
                line.append(GAP);
            }
            used += GAP.length();
        }
        return line.toString().stripTrailing();
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** What does not fit ends in an ellipsis. */
    static String cut(String text, int width) {
        if (length(text) <= width) {
            return text;
        }
        return width < 1 ? "" : text.substring(0, text.offsetByCodePoints(0, width - 1)) + "…";
    }

    private static String oneLine(String text) {
        return text.chars().anyMatch(c -> c < ' ' || c == 0x7f) ? text.replaceAll("\\p{Cntrl}", "?") : text;
    }
}
