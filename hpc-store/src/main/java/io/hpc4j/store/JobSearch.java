package io.hpc4j.store;

import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobState;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * Finds rows of jobs by a query, the newest first. A page is read from one index: each of several states has its own
 * select of as many rows as the page has, since no index holds several states in the order of time; a label has a table of
 * its own in that order.
 */
final class JobSearch {

    private static final String NEWEST_FIRST = "%1$s.listed_at desc, %1$s.job_number desc";

    private final int cluster;
    private final JobQuery query;
    private final Optional<Position> after;
    private final Map<String, Object> values = new LinkedHashMap<>();

    /**
     * Where a page ended.
     *
     * @param listedAt the time of its last job
     * @param number the number of that job's row
     */
    record Position(Instant listedAt, long number) {

        private static final int DIGITS = 36;
        private static final long MICROS = 1_000_000;
        private static final long NANOS_PER_MICRO = 1_000;

        static Position of(JobRow row) {
            return new Position(row.listedAt(), row.number());
        }

        /**
         * Reads what {@link #toString} wrote.
         *
         * @throws IllegalArgumentException if it is something else
         */
        static Position parse(String text) {
            String[] parts = text.split("\\.", -1);
            try {
                long micros = Long.parseLong(parts[0], DIGITS);
                Instant listedAt = Instant.ofEpochSecond(
                        Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * NANOS_PER_MICRO);
                return new Position(listedAt, Long.parseLong(parts[1], DIGITS));
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                throw new IllegalArgumentException(
                        "no page of this store ended with '%s'; give what next() said, or nothing for the first page"
                                .formatted(text),
                        e);
            }
        }

        @Override
        public String toString() {
            long micros = listedAt.getEpochSecond() * MICROS + listedAt.getNano() / NANOS_PER_MICRO;
            return Long.toString(micros, DIGITS) + "." + Long.toString(number, DIGITS);
        }
    }

    JobSearch(int cluster, JobQuery query, Optional<Position> after) {
        this.cluster = cluster;
        this.query = query;
        this.after = after;
    }

    List<JobRow> run(Handle handle) {
        Query statement = handle.createQuery(sql());
        values.forEach(statement::bind);
        return statement.map((row, context) -> JobRow.read(row)).list();
    }

    String sql() {
        List<JobState> states = query.states().stream().sorted().toList();
        if (query.limit() == 0 || states.size() <= 1) {
            return select(states);
        }
        String branches = states.stream()
                .map(state -> "(" + select(List.of(state)) + ")")
                .collect(Collectors.joining(" union all "));
        return "select * from (" + branches + ") p order by " + NEWEST_FIRST.formatted("p") + limit();
    }

    private String select(List<JobState> states) {
        List<String> conditions = new ArrayList<>();
        Map<String, String> labels = new TreeMap<>(query.labels());
        String lead = labels.isEmpty() ? "j" : "l";
        String from = labels.isEmpty() ? "hpc_job j" : "hpc_job_label l join hpc_job j on j.job_number = l.job_number";
        conditions.add(lead + ".cluster_id = " + bind("cluster", cluster));
        labels.forEach((name, value) ->
                conditions.add(conditions.size() == 1 ? isLabel("l", name, value) : hasLabel(name, value)));
        conditions.add(isInStates(states));
        query.owner().ifPresent(v -> conditions.add("j.owner = " + bind("owner", Columns.text(v))));
        query.queue().ifPresent(v -> conditions.add("j.queue = " + bind("queue", Columns.text(v))));
        query.name().ifPresent(v -> conditions.add("j.name = " + bind("name", Columns.text(v))));
        query.submittedFrom().ifPresent(v -> conditions.add(isSubmitted(lead, ">=", "from_time", v)));
        query.submittedBefore().ifPresent(v -> conditions.add(isSubmitted(lead, "<", "before_time", v)));
        after.ifPresent(v -> conditions.add(isAfter(lead, v)));
        return "select " + JobRow.COLUMNS + " from " + from + " where " + String.join(" and ", conditions)
                + " order by " + sameInAll(lead, states) + NEWEST_FIRST.formatted(lead) + limit();
    }

    private String isInStates(List<JobState> states) {
        if (states.isEmpty()) {
            return "j.snapshot is not null";
        }
        return states.stream()
                .map(s -> bind("state_" + s.name(), s.name()))
                .collect(Collectors.joining(", ", "j.state in (", ")"));
    }

    private String isLabel(String table, String name, String value) {
        return "%s.label = %s and %1$s.label_value = %s"
                .formatted(
                        table,
                        bind("label_" + labelNumber(name), Columns.text(name)),
                        bind("label_value_" + labelNumber(name), Columns.text(value)));
    }

    private int labelNumber(String name) {
        return new ArrayList<>(new TreeMap<>(query.labels()).keySet()).indexOf(name);
    }

    private String hasLabel(String name, String value) {
        return "exists (select 1 from hpc_job_label m where m.job_number = j.job_number and "
                + isLabel("m", name, value) + ")";
    }

    /** With the microseconds cut off, as in the column, a job of that very microsecond is not left out. */
    private String isSubmitted(String lead, String comparison, String name, Instant time) {
        return "%s.listed_at %s %s and j.submitted_at is not null"
                .formatted(lead, comparison, bind(name, Columns.instant(time)));
    }

    /** The first comparison alone is one that an index can begin at. */
    private String isAfter(String lead, Position position) {
        OffsetDateTime time = Columns.instant(position.listedAt());
        return "%s.listed_at <= %s and (%1$s.listed_at < %2$s or %1$s.job_number < %s)"
                .formatted(lead, bind("after_time", time), bind("after_number", position.number()));
    }

    /**
     * The columns that an index has before the time. They are the same in all rows that are wanted, but H2 takes an index
     * for its order only if all of its columns are named.
     */
    private String sameInAll(String lead, List<JobState> states) {
        String column;
        if (lead.equals("l")) {
            column = "l.label, l.label_value, ";
        } else if (query.name().isPresent()) {
            column = "j.name, ";
        } else if (query.owner().isPresent()) {
            column = "j.owner, ";
        } else if (states.size() == 1) {
            column = "j.state, ";
        } else {
            column = query.queue().isPresent() ? "j.queue, " : "";
        }
        return lead + ".cluster_id, " + column;
    }

    /** Written out, since H2 2.5 may remember another value of a parameter here from the time before. */
    private String limit() {
        return query.limit() == 0 ? "" : " limit " + query.limit();
    }

    private String bind(String name, Object value) {
        values.put(name, value);
        return ":" + name;
    }
}
