package io.hpc4j.core;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;

/**
 * Why a job waits, or why it ended, and what to do about it.
 *
 * @param job the job as it was then
 * @param headline the whole in one sentence
 * @param reasons why, the most important first; never empty
 * @param expectedStart when a job that waits will start, as far as that can be foreseen
 * @param figures what the job used beside what it asked for, as far as both or the former are known
 * @param stderr the end of its standard error, of a job that ran and did not succeed
 */
public record Explanation(
        Job job,
        String headline,
        List<Reason> reasons,
        Optional<Instant> expectedStart,
        List<Figure> figures,
        Optional<Output> stderr) {

    /** What is compared, each in its own unit. */
    public enum Measure {
        /** The peak of memory beside the memory asked for on each node, in bytes. */
        MEMORY_BYTES,
        /** The time since the start beside the walltime, in seconds. */
        ELAPSED_SECONDS,
        /** CPUs in use on average beside the slots asked for. */
        CPUS
    }

    /**
     * What a job used beside what it asked for.
     *
     * @param measure what it is
     * @param used how much was used
     * @param limit how much was asked for or allowed
     */
    public record Figure(Measure measure, double used, OptionalDouble limit) {

        /** The figure in words: {@code 1 of 8 CPUs on average}. */
        public String text() {
            String share = limit.isPresent() && limit.getAsDouble() > 0
                    ? String.format(Locale.ROOT, " (%.0f %%)", 100 * used / limit.getAsDouble())
                    : "";
            return switch (measure) {
                case MEMORY_BYTES -> "peak memory " + Amounts.bytes(used) + of(Amounts::bytes) + share;
                case ELAPSED_SECONDS -> "time " + seconds(used) + of(Figure::seconds) + share;
                case CPUS -> "CPUs " + Amounts.number(used) + of(Amounts::number) + " on average" + share;
            };
        }

        private String of(DoubleFunction<String> show) {
            return limit.isPresent() ? " of " + show.apply(limit.getAsDouble()) : "";
        }

        private static String seconds(double seconds) {
            return Amounts.show(Duration.ofMillis(Math.round(seconds * 1000)));
        }
    }

    /**
     * The end of a file that a job wrote.
     *
     * @param path the file, an absolute path on the cluster
     * @param lastLines its last lines, few and none too long; control characters are as they were
     * @param trouble why there are none, if so: the file does not exist, is empty, or cannot be read
     */
    public record Output(String path, List<String> lastLines, Optional<String> trouble) {

        /** Copies the lines. */
        public Output {
            lastLines = List.copyOf(lastLines);
        }
    }

    /** Copies the lists. */
    public Explanation {
        reasons = List.copyOf(reasons);
        figures = List.copyOf(figures);
    }

    /** The whole for a screen: a few lines, none longer than {@code width} where there are blanks to break at. */
    public String describe(int width) {
        return ExplanationText.of(this, width);
    }

    /** The headline. */
    @Override
    public String toString() {
        return headline;
    }
}
