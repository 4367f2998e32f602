package io.hpc4j.server.cli;

import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobState;
import java.time.Clock;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Jobs as tables for people. */
final class JobTable {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("MM-dd HH:mm", Locale.ROOT);

    private final Paint paint;
    private final Clock clock;

    JobTable(Paint paint, Clock clock) {
        this.paint = paint;
        this.clock = clock;
    }

    /** What there is to see while jobs wait and run. */
    Table overview(Collection<Job> jobs) {
        Table table = new Table()
                .left("ID")
                .flexible("NAME")
                .left("STATE")
                .left("QUEUE")
                .right("SLOTS")
                .flexible("NODES")
                .right("ELAPSED")
                .right("SUBMITTED")
                .flexible("REASON");
        for (Job job : jobs) {
            table.row()
                    .cell(job.id().nativeId())
                    .cell(job.name().orElse(""))
                    .cell(state(job), paint.of(job.state()))
                    .cell(job.queue().orElse(""))
                    .cell(job.slots() == 0 ? "" : Integer.toString(job.slots()))
                    .cell(String.join(",", job.nodes()))
                    .cell(elapsed(job))
                    .cell(job.submittedAt()
                            .map(t -> time(t.atZone(clock.getZone())))
                            .orElse(""))
                    .cell(why(job), job.state().isEnded() ? paint.bad() : paint.dim());
        }
        return table;
    }

    /** What became of jobs that have ended. */
    Table results(Collection<Job> jobs) {
        Table table = new Table()
                .left("ID")
                .flexible("NAME")
                .left("STATE")
                .flexible("NODE")
                .right("EXIT")
                .right("ATTEMPTS")
                .right("ELAPSED")
                .right("CPU")
                .right("PEAK MEMORY");
        for (Job job : jobs) {
            table.row()
                    .cell(job.id().nativeId())
                    .cell(job.name().orElse(""))
                    .cell(state(job), paint.of(job.state()))
                    .cell(String.join(",", job.nodes()))
                    .cell(exit(job.exitStatus()))
                    .cell(Integer.toString(job.attempt()))
                    .cell(elapsed(job))
                    .cell(job.usage().cpuTime().map(JobTable::cpu).orElse(""))
                    .cell(size(job.usage().peakMemoryBytes()));
        }
        return table;
    }

    /** One job's end, or where it stands, in a line. */
    String line(Job job) {
        String time = elapsed(job);
        return "%s %s %s%s%s"
                .formatted(
                        job.id(),
                        job.name().orElse("-"),
                        paint.of(job.state()).apply(state(job)),
                        time.isEmpty() ? "" : " after " + time,
                        why(job).isEmpty() ? "" : ": " + why(job));
    }

    private static String state(Job job) {
        return job.state() == JobState.UNKNOWN
                ? job.rawState() + "?"
                : job.state().name();
    }

    static String why(Job job) {
        String exit = job.exitStatus()
                .filter(s -> !s.isSuccess())
                .map(ExitStatus::toString)
                .orElse("");
        String reason = job.state() == JobState.COMPLETED ? "" : job.reason().orElse("");
        if (exit.isEmpty() || reason.contains(exit)) {
            return reason;
        }
        return reason.isEmpty() ? exit : exit + ", " + reason;
    }

    static String exit(Optional<ExitStatus> status) {
        return status.map(s -> s.signal() == 0 ? Integer.toString(s.code()) : "signal " + s.signal())
                .orElse("");
    }

    static String size(OptionalLong bytes) {
        return bytes.isPresent() ? Quantities.show(bytes.getAsLong()) : "";
    }

    private static String cpu(Duration time) {
        return time.toSeconds() < 60
                ? String.format(Locale.ROOT, "%.2fs", time.toMillis() / 1000.0)
                : Quantities.show(time);
    }

    /** Of the last attempt: as measured, else from start to end or now. */
    String elapsed(Job job) {
        if (job.state().isEnded() && job.usage().elapsed().isPresent()) {
            return Quantities.show(job.usage().elapsed().get());
        }
        return job.startedAt()
                .map(start -> Duration.between(start, job.endedAt().orElseGet(clock::instant)))
                .map(d -> Quantities.show(d.isNegative() ? Duration.ZERO : d))
                .orElse("");
    }

    private String time(ZonedDateTime when) {
        boolean today = when.toLocalDate()
                .equals(clock.instant().atZone(clock.getZone()).toLocalDate());
        return when.format(today ? TIME : DAY);
    }
}
