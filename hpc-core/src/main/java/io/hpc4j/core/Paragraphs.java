package io.hpc4j.core;

import java.util.ArrayList;
import java.util.List;

/** Lays text out for a screen. For one thread. */
final class Paragraphs {

    private static final int NARROWEST = 30;
    private static final String TAB = "    ";

    private final int width;
    private final StringBuilder out = new StringBuilder();

    Paragraphs(int width) {
        this.width = Math.max(NARROWEST, width);
    }

    /** Adds words, broken at blanks; lines after the first begin as far in as {@code first} is long. */
    Paragraphs add(String first, String words) {
        String indent = " ".repeat(first.length());
        String begin = first;
        for (String line : broken(Text.printable(words), width - first.length())) {
            out.append((begin + line).stripTrailing()).append('\n');
            begin = indent;
        }
        return this;
    }

    /** Adds a line as it is, but for control characters; what is too long is left to the screen. */
    Paragraphs line(String text) {
        out.append(Text.printable(text.replace("\t", TAB)).stripTrailing()).append('\n');
        return this;
    }

    private static List<String> broken(String words, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : words.split(" ", -1)) {
            if (line.length() > 0 && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            } else if (line.length() > 0) {
                line.append(' ');
            }
            line.append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
