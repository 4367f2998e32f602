package io.hpc4j.core.spi.command;

import io.hpc4j.core.ArrayRange;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the ids of arrays and of their tasks.
 *
 * <ul>
 *   <li>Slurm: {@code 123}, {@code 123_4}, {@code 123_[1-5,7%2]}, {@code 123_[6-30:2%3]} (squeue(1), {@code %i}).
 *   <li>PBS and Torque: {@code 141.server}, {@code 141[7].server}, {@code 141[].server}, {@code 141[1-5:2,9].server}
 *       (pbs_job_identifiers(7); Torque's qstat(1), {@code -t}).
 *   <li>Grid Engine: {@code 141}, {@code 141.7}, {@code 141.1-10:2}, and alone {@code 1,3,9-41:2} (qsub(1),
 *       {@code -terse}; qstat(1), "ja-task-ID").
 * </ul>
 */
public final class ArrayIds {

    /** An id with more tasks is refused; no scheduler's configuration allows as many. */
    public static final int MOST_TASKS = 5_000_000;

    private static final String INDEXES = "[0-9,:\\-]+";
    private static final Pattern SLURM = Pattern.compile("(?<id>\\d{1,18}(?:\\+\\d{1,9})?)"
            + "(?:_(?:(?<index>\\d{1,9})|\\[(?<indexes>" + INDEXES + ")(?:%(?<limit>\\d{1,9}))?\\]))?");
    private static final Pattern PBS = Pattern.compile(
            "(?<number>\\d{1,18})(?:(?<brackets>\\[(?<indexes>" + INDEXES + ")?\\]))?(?<server>\\.[^\\s\\[\\]]+)?");
    private static final Pattern GRID_ENGINE = Pattern.compile("(?<id>\\d{1,18})(?:\\.(?<indexes>" + INDEXES + "))?");

    private ArrayIds() {}

    /**
     * An id, taken apart. Its indexes are not written out: {@code 1-1000000} is one range.
     *
     * @param id the id of the job, or of the whole array as the scheduler's commands want it: {@code 141[].server}
     * @param isArray whether it names an array or tasks of one
     * @param ranges the tasks that it names, in its order; none for a plain job and for a whole array
     * @param maxRunning how many tasks may run at once, if it says so
     */
    public record Tasks(String id, boolean isArray, List<ArrayRange> ranges, OptionalInt maxRunning) {

        /**
         * Copies the ranges.
         *
         * @throws IllegalArgumentException if they are more than {@value ArrayIds#MOST_TASKS} tasks
         */
        public Tasks {
            ranges = List.copyOf(ranges);
            checkSize(ranges);
        }

        /** The number of tasks that it names. */
        public int size() {
            return ranges.stream().mapToInt(ArrayRange::size).sum();
        }

        /** The indexes of the tasks, made one by one as they are asked for. */
        public IntStream indexes() {
            return ranges.stream().flatMapToInt(ArrayRange::indexes);
        }
    }

    /**
     * Reads an id of Slurm.
     *
     * @throws IllegalArgumentException if it has another form, as when squeue has cut it, or too many tasks
     */
    public static Tasks parseSlurm(String text) {
        Matcher m = SLURM.matcher(text);
        if (!m.matches()) {
            String hint = text.contains("...") ? " (squeue cut it; set SLURM_BITSTR_LEN=0 in its environment)" : "";
            throw new IllegalArgumentException(
                    "an id of Slurm looks like 123, 123_4 or 123_[1-5,7%%2], was %s%s".formatted(Shown.of(text), hint));
        }
        String index = m.group("index");
        String indexes = index != null ? index : m.group("indexes");
        return new Tasks(m.group("id"), indexes != null, ranges(indexes, text), number(m.group("limit"), text));
    }

    /**
     * Reads an id of PBS or Torque.
     *
     * @throws IllegalArgumentException if it has another form, or too many tasks
     */
    public static Tasks parsePbs(String text) {
        Matcher m = PBS.matcher(text);
        if (!m.matches()) {
            throw Shown.unreadable("an id of PBS", "141.server, 141[7].server or 141[].server", text);
        }
        boolean array = m.group("brackets") != null;
        String server = m.group("server") == null ? "" : m.group("server");
        String id = m.group("number") + (array ? "[]" : "") + server;
        return new Tasks(id, array, ranges(m.group("indexes"), text), OptionalInt.empty());
    }

    /**
     * Reads an id of Grid Engine.
     *
     * @throws IllegalArgumentException if it has another form, or too many tasks
     */
    public static Tasks parseGridEngine(String text) {
        Matcher m = GRID_ENGINE.matcher(text);
        if (!m.matches()) {
            throw Shown.unreadable("an id of Grid Engine", "141, 141.7 or 141.1-10:2", text);
        }
        String indexes = m.group("indexes");
        return new Tasks(m.group("id"), indexes != null, ranges(indexes, text), OptionalInt.empty());
    }

    /**
     * Reads a list of indexes: {@code 1,3,9-41:2}.
     *
     * @throws IllegalArgumentException if it has another form, or too many indexes
     */
    public static List<ArrayRange> parseIndexes(String text) {
        return checkSize(ranges(text, text));
    }

    /** Writes the id of one task for Slurm: {@code 123_4}. */
    public static String slurmTask(String arrayId, int index) {
        return arrayId + "_" + index;
    }

    /**
     * Writes the id of one task for PBS or Torque: {@code 141[7].server} of {@code 141[].server}.
     *
     * @throws IllegalArgumentException if the id is none of an array
     */
    public static String pbsTask(String arrayId, int index) {
        int brackets = arrayId.indexOf("[]");
        if (brackets < 0) {
            throw Shown.unreadable("an array's id of PBS", "141[].server", arrayId);
        }
        return arrayId.substring(0, brackets + 1) + index + arrayId.substring(brackets + 1);
    }

    /** Writes the id of one task for Grid Engine: {@code 141.7}. */
    public static String gridEngineTask(String arrayId, int index) {
        return arrayId + "." + index;
    }

    private static List<ArrayRange> ranges(@Nullable String indexes, String text) {
        if (indexes == null) {
            return List.of();
        }
        List<ArrayRange> all = new ArrayList<>();
        for (String part : indexes.split(",", -1)) {
            try {
                all.add(ArrayRange.parse(part));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "cannot read the indexes of %s: %s".formatted(Shown.of(text), e.getMessage()), e);
            }
        }
        return all;
    }

    private static OptionalInt number(@Nullable String digits, String text) {
        if (digits == null) {
            return OptionalInt.empty();
        }
        if (Integer.parseInt(digits) < 1) {
            throw new IllegalArgumentException("the limit must be at least 1 in " + Shown.of(text));
        }
        return OptionalInt.of(Integer.parseInt(digits));
    }

    private static List<ArrayRange> checkSize(List<ArrayRange> ranges) {
        long size = ranges.stream().mapToLong(ArrayRange::size).sum();
        if (size > MOST_TASKS) {
            throw new IllegalArgumentException("%d tasks are more than %d".formatted(size, MOST_TASKS));
        }
        return ranges;
    }
}
