package io.hpc4j.core;

import io.hpc4j.core.spi.RemoteFiles;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The last lines of a file, so few that they fit on a screen. */
final class OutputTail {

    private static final int BYTES = 8 << 10;
    private static final int LINES = 10;
    private static final int LONGEST = 200;

    private OutputTail() {}

    static Explanation.Output read(RemoteFiles files, String path) {
        try {
            if (files.stat(path).isEmpty()) {
                return without(path, "does not exist");
            }
            List<String> lines = lastLines(files.tail(path, BYTES));
            return lines.isEmpty() ? without(path, "is empty") : new Explanation.Output(path, lines, Optional.empty());
        } catch (HpcException e) {
            return without(path, "cannot be read: " + e.getMessage());
        }
    }

    private static Explanation.Output without(String path, String trouble) {
        return new Explanation.Output(path, List.of(), Optional.of(trouble));
    }

    static List<String> lastLines(byte[] end) {
        List<String> lines = new String(end, StandardCharsets.UTF_8)
                .lines()
                .map(OutputTail::cut)
                .toList();
        return lines.subList(Math.max(0, lines.size() - LINES), lines.size());
    }

    private static String cut(String line) {
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }
}
