package io.hpc4j.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What became of all seeds together. May be shared between threads. */
final class ChaosSummary {

    private static final int SHOWN = 3;

    private final String title;
    private final long began = System.nanoTime();
    private final List<String> failures = new ArrayList<>();
    private final Map<String, Integer> figures = new TreeMap<>();
    private int seeds;

    ChaosSummary(String title) {
        this.title = title;
    }

    synchronized void add(ChaosStory story) {
        seeds++;
        story.figures().forEach((what, count) -> figures.merge(what, count, Integer::sum));
    }

    synchronized void fail(String failure) {
        failures.add(failure);
    }

    /** The first failures whole, and the first lines of the others. */
    synchronized List<String> failures() {
        List<String> shown = new ArrayList<>();
        for (String failure : failures) {
            shown.add(
                    shown.size() < SHOWN ? failure : failure.lines().findFirst().orElse(""));
        }
        return shown;
    }

    @Override
    public synchronized String toString() {
        String rows = figures.entrySet().stream()
                .map(e -> String.format(Locale.ROOT, "| %-34s | %9d |", e.getKey(), e.getValue()))
                .collect(Collectors.joining(System.lineSeparator()));
        return String.format(
                Locale.ROOT,
                "%s: %d seeds, %d failed, %.1f s%n%s",
                title,
                seeds,
                failures.size(),
                (System.nanoTime() - began) / 1e9,
                rows);
    }
}
