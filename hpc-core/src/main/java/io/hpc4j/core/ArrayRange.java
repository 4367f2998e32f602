package io.hpc4j.core;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The indexes of an array of jobs: {@code first}, {@code first + step} … up to {@code last}.
 *
 * @param first the first index, 0 or more
 * @param last no index is above it
 * @param step the distance of two indexes, 1 or more
 * @param maxRunning how many tasks may run at once; empty for as many as fit
 */
public record ArrayRange(int first, int last, int step, OptionalInt maxRunning) {

    private static final Pattern FORM =
            Pattern.compile("(?<first>\\d{1,9})(-(?<last>\\d{1,9})(:(?<step>\\d{1,9}))?)?(%(?<max>\\d{1,9}))?");

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if the range is empty or negative, or step or limit are less than 1
     */
    public ArrayRange {
        if (first < 0 || last < first) {
            throw new IllegalArgumentException(
                    "array indexes must be 0 or more and not descend, were %d to %d".formatted(first, last));
        }
        if (step < 1) {
            throw new IllegalArgumentException("array step must be at least 1, was " + step);
        }
        if ((last - first) / step == Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "an array has fewer than 2^31 tasks, was %d to %d".formatted(first, last));
        }
        if (maxRunning.isPresent() && maxRunning.getAsInt() < 1) {
            throw new IllegalArgumentException("array limit must be at least 1, was " + maxRunning.getAsInt());
        }
    }

    /** All indexes from {@code first} to {@code last}. */
    public static ArrayRange of(int first, int last) {
        return new ArrayRange(first, last, 1, OptionalInt.empty());
    }

    /**
     * Reads {@code 1-10}, {@code 1-10:2}, {@code 1-10:2%4} or {@code 7}.
     *
     * @throws IllegalArgumentException if it has another form
     */
    public static ArrayRange parse(String text) {
        Matcher m = FORM.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException(
                    "an array range looks like 1-10, 1-10:2 or 1-10:2%4, was " + Text.quoted(text));
        }
        int first = Integer.parseInt(m.group("first"));
        return new ArrayRange(
                first,
                m.group("last") == null ? first : Integer.parseInt(m.group("last")),
                m.group("step") == null ? 1 : Integer.parseInt(m.group("step")),
                m.group("max") == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(m.group("max"))));
    }

    /** The same range with every {@code step}-th index only. */
    public ArrayRange withStep(int step) {
        return new ArrayRange(first, last, step, maxRunning);
    }

    /** The same range with at most so many tasks running at once. */
    public ArrayRange withMaxRunning(int maxRunning) {
        return new ArrayRange(first, last, step, OptionalInt.of(maxRunning));
    }

    /** The number of tasks. */
    public int size() {
        return (last - first) / step + 1;
    }

    /** The indexes, ascending. */
    public IntStream indexes() {
        return IntStream.range(0, size()).map(i -> first + i * step);
    }

    @Override
    public String toString() {
        return first + "-" + last + (step == 1 ? "" : ":" + step)
                + (maxRunning.isPresent() ? "%" + maxRunning.getAsInt() : "");
    }
}
