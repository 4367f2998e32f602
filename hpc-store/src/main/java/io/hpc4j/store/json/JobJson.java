package io.hpc4j.store.json;

import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobState;
import io.hpc4j.core.ResourceUsage;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A job as JSON; see {@code docs/cli.md} for its fields. What a later version wrote is read as far as this one knows it: a
 * state that it does not know becomes {@link JobState#UNKNOWN}, and the raw word is kept.
 */
public final class JobJson {

    private JobJson() {}

    /** Writes a job as a line to be kept: with the {@code format} in which it is. */
    public static String write(Job job) {
        return put(Format.begin(), job).toString();
    }

    /**
     * Reads what this or an earlier version wrote.
     *
     * @throws IllegalArgumentException if it is no job, or has a format that only later versions know
     */
    public static Job read(String text) {
        return fromJson(Format.parse(text));
    }

    /** Writes a job as a part of something else. */
    public static JsonObject toJson(Job job) {
        return put(new JsonObject(), job);
    }

    private static JsonObject put(JsonObject out, Job job) {
        out.put("id", job.id())
                .put("name", job.name())
                .put("state", job.state())
                .put("rawState", job.rawState())
                .put("reason", job.reason())
                .put("exitStatus", job.exitStatus().map(JobJson::exitStatus))
                .put("attempt", job.attempt())
                .put("owner", job.owner())
                .put("queue", job.queue())
                .put("account", job.account())
                .put("arrayId", job.arrayId())
                .put("arrayIndex", job.arrayIndex())
                .put("submittedAt", job.submittedAt())
                .put("startedAt", job.startedAt())
                .put("endedAt", job.endedAt())
                .put("walltimeSeconds", job.walltime())
                .put("slots", job.slots())
                .put("nodes", job.nodes())
                .put("workingDirectory", job.workingDirectory())
                .put("stdout", job.stdout())
                .put("stderr", job.stderr())
                .put("key", job.key());
        if (!job.labels().isEmpty()) {
            out.put("labels", job.labels());
        }
        JsonObject usage = usage(job.usage());
        return usage.names().isEmpty() ? out : out.put("usage", usage);
    }

    private static JsonObject exitStatus(ExitStatus status) {
        return new JsonObject().put("code", status.code()).put("signal", status.signal());
    }

    private static JsonObject usage(ResourceUsage usage) {
        return new JsonObject()
                .put("cpuTimeSeconds", usage.cpuTime())
                .put("elapsedSeconds", usage.elapsed())
                .put("memoryBytes", usage.memoryBytes())
                .put("peakMemoryBytes", usage.peakMemoryBytes())
                .put("memoryByteSeconds", usage.memoryByteSeconds())
                .put("readBytes", usage.readBytes())
                .put("writtenBytes", usage.writtenBytes())
                .put("ioWaitSeconds", usage.ioWait())
                .put("energyJoules", usage.energyJoules())
                .put("gpuTimeSeconds", usage.gpuTime())
                .put("peakGpuMemoryBytes", usage.peakGpuMemoryBytes())
                .put("measuredAt", usage.measuredAt());
    }

    /** Writes jobs. */
    public static List<JsonObject> toJson(Collection<Job> jobs) {
        return jobs.stream().map(JobJson::toJson).toList();
    }

    /**
     * Reads what {@link #toJson(Job)} wrote.
     *
     * @throws IllegalArgumentException if a field is missing or has another form
     */
    public static Job fromJson(JsonObject in) {
        String state = in.text("state");
        Job.Builder job = Job.builder(JobId.of(in.text("id")), state(state))
                .rawState(in.string("rawState").orElse(state))
                .name(in.string("name").orElse(null))
                .reason(in.string("reason").orElse(null))
                .attempt(in.integer("attempt").orElse(1))
                .owner(in.string("owner").orElse(null))
                .queue(in.string("queue").orElse(null))
                .account(in.string("account").orElse(null))
                .arrayId(in.string("arrayId").map(JobId::of).orElse(null))
                .arrayIndex(in.integer("arrayIndex").orElse(-1))
                .submittedAt(in.instant("submittedAt").orElse(null))
                .startedAt(in.instant("startedAt").orElse(null))
                .endedAt(in.instant("endedAt").orElse(null))
                .walltime(in.seconds("walltimeSeconds").orElse(null))
                .slots(in.integer("slots").orElse(0))
                .nodes(in.strings("nodes"))
                .workingDirectory(in.string("workingDirectory").orElse(null))
                .stdout(in.string("stdout").orElse(null))
                .stderr(in.string("stderr").orElse(null))
                .key(in.string("key").orElse(null))
                .labels(in.stringMap("labels"))
                .usage(in.object("usage").map(JobJson::usage).orElse(ResourceUsage.NONE));
        Optional<JsonObject> exit = in.object("exitStatus");
        exit.ifPresent(e -> job.exitStatus(
                new ExitStatus(e.integer("code").orElse(0), e.integer("signal").orElse(0))));
        return job.build();
    }

    private static JobState state(String word) {
        return Arrays.stream(JobState.values())
                .filter(state -> state.name().equals(word))
                .findFirst()
                .orElse(JobState.UNKNOWN);
    }

    private static ResourceUsage usage(JsonObject in) {
        ResourceUsage.Builder out = ResourceUsage.builder();
        in.seconds("cpuTimeSeconds").ifPresent(out::cpuTime);
        in.seconds("elapsedSeconds").ifPresent(out::elapsed);
        in.number("memoryBytes").ifPresent(out::memoryBytes);
        in.number("peakMemoryBytes").ifPresent(out::peakMemoryBytes);
        in.decimal("memoryByteSeconds").ifPresent(out::memoryByteSeconds);
        in.number("readBytes").ifPresent(out::readBytes);
        in.number("writtenBytes").ifPresent(out::writtenBytes);
        in.seconds("ioWaitSeconds").ifPresent(out::ioWait);
        in.decimal("energyJoules").ifPresent(out::energyJoules);
        in.seconds("gpuTimeSeconds").ifPresent(out::gpuTime);
        in.number("peakGpuMemoryBytes").ifPresent(out::peakGpuMemoryBytes);
        in.instant("measuredAt").ifPresent(out::measuredAt);
        return out.build();
    }
}
