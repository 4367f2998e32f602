package io.hpc4j.local;

import io.hpc4j.core.Job;
import io.hpc4j.core.JobState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Shows jobs to the outside. Guarded by the scheduler's lock. */
final class Snapshots {

    private static final String OWNER = System.getProperty("user.name", "");

    private final ClusterModel model;
    private final OutputPaths paths;

    Snapshots(ClusterModel model, StateFolder folder) {
        this.model = model;
        this.paths = new OutputPaths(folder);
    }

    static JobState state(LocalJob job) {
        JobEnd end = job.end;
        Run run = job.run;
        if (end != null) {
            return end.state();
        }
        if (run == null) {
            return job.stage == LocalJob.Stage.HELD || (job.held && job.stage == LocalJob.Stage.STAGED)
                    ? JobState.HELD
                    : JobState.PENDING;
        }
        if (!run.isStarted) {
            return JobState.STARTING;
        }
        if (run.stop != null || run.hasFailed()) {
            return JobState.COMPLETING;
        }
        return run.isSuspended ? JobState.SUSPENDED : JobState.RUNNING;
    }

    String queue(LocalJob job) {
        return job.queue < 0
                ? job.request.queue().orElse("")
                : model.settings.queues().get(job.queue).name();
    }

    static String owner() {
        return OWNER;
    }

    Job of(LocalJob job) {
        Job.Builder shown = Job.builder(job.id, state(job))
                .name(job.request.nameOrDefault())
                .owner(OWNER)
                .queue(queue(job))
                .key(job.request.key().orElse(null))
                .submittedAt(Instant.ofEpochMilli(job.submittedMillis))
                .workingDirectory(job.request.workingDirectory().orElse(null))
                .stdout(paths.stdout(job))
                .stderr(paths.stderr(job))
                .attempt(job.attempt)
                .slots(job.request.slots())
                .labels(job.request.labels());
        if (job.walltimeMillis() != Long.MAX_VALUE) {
            shown.walltime(Duration.ofMillis(job.walltimeMillis()));
        }
        if (job.array != null) {
            shown.arrayId(job.array.id).arrayIndex(job.index);
        }
        JobEnd end = job.end;
        Run run = job.run;
        if (end != null) {
            ended(shown, end);
        } else if (run != null) {
            running(shown, run);
        } else {
            shown.reason(whyWaiting(job));
        }
        return shown.build();
    }

    private static void ended(Job.Builder shown, JobEnd end) {
        shown.endedAt(Micros.instant(end.endedMicros()))
                .exitStatus(end.exit())
                .reason(end.reason())
                .usage(end.usage());
        if (end.startedMicros() > 0) {
            shown.startedAt(Micros.instant(end.startedMicros()));
        }
        if (end.placement() != null) {
            shown.nodes(names(end.placement()));
        }
    }

    private static void running(Job.Builder shown, Run run) {
        shown.nodes(names(run.placement)).usage(run.usage.now(run.startedMicros));
        if (run.startedMicros > 0) {
            shown.startedAt(Micros.instant(run.startedMicros));
        }
    }

    private static List<String> names(Placement placement) {
        return placement.size() == 1
                ? List.of(LocalSettings.nodeName(placement.node(0)))
                : IntStream.range(0, placement.size())
                        .mapToObj(i -> LocalSettings.nodeName(placement.node(i)))
                        .toList();
    }

    private @Nullable String whyWaiting(LocalJob job) {
        return switch (job.stage) {
            case HELD -> "JobHeld";
            case DEPENDENCY -> "Dependency";
            case BEGIN -> "BeginTime";
            case ARRAY_LIMIT -> "ArrayLimit";
            case READY -> whyReady(job);
            case STAGED -> job.held ? "JobHeld" : "Resources";
            default -> null;
        };
    }

    private String whyReady(LocalJob job) {
        if (model.queueRoom(job.queue) <= 0) {
            return "QueueLimit";
        }
        if (IntStream.range(0, model.free.nodes()).noneMatch(model.free::isUp)) {
            return "NodeDown";
        }
        return model.ready.isFirst(job) ? "Resources" : "Priority";
    }
}
