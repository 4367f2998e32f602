package io.hpc4j.server.cli;

import io.hpc4j.core.ArrayRange;
import io.hpc4j.core.Cluster;
import io.hpc4j.core.Dependency;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The jobs of the demonstration. */
final class DemoJobs {

    private static final int BATCH = 6;
    private static final long SEED = 42;
    private static final String BATCH_PAUSE = "0.4";

    private static final String SUMMARY = """
            #!/bin/sh
            cat outputs/job_*.csv | tr -d '\\r' | awk -F, '
              BEGIN { print "jobs,sum,mean" }
              /^"/  { jobs++; sum += $(NF - 1) }
              END   { printf "%d,%d,%.2f\\n", jobs, sum, sum / jobs / 10 }' > outputs/summary.csv
            cat outputs/summary.csv
            """;

    private static final String SWEEP =
            "awk -v x=\"$HPC_ARRAY_INDEX\" 'BEGIN { for (i = 0; i < 300000; i++) s += sqrt(x * i); print x, s }'";

    private static final String MEMORY =
            "awk 'BEGIN { s = \"x\"; while (length(s) < 20000000) s = s s; print length(s) }'";

    private final Cluster cluster;
    private final Path folder;
    private final List<JobHandle> handles = new ArrayList<>();

    DemoJobs(Cluster cluster, Path folder) {
        this.cluster = cluster;
        this.folder = folder;
    }

    /** All that were submitted. */
    List<JobHandle> handles() {
        return handles;
    }

    /** Submits all of them; returns the one whose node shall be killed. */
    JobHandle submit() {
        BatchSimulation simulation = new BatchSimulation(SEED, 0);
        List<JobRequest> batch = new ArrayList<>();
        for (int i = 1; i <= BATCH; i++) {
            batch.add(finished(simulation.request(i, "outputs").environment("BATCH_PAUSE", BATCH_PAUSE)));
        }
        JobHandle longRun = one(shell("long-run", "echo attempt $HPC_ATTEMPT on $HPC_NODE; sleep 2"));
        List<JobHandle> batchHandles = cluster.submitAll(batch);
        handles.addAll(batchHandles);
        one(JobRequest.script(SUMMARY)
                .name("summary")
                .dependsOn(
                        Dependency.Type.AFTER_OK,
                        batchHandles.stream().map(JobHandle::id).toArray(JobId[]::new)));
        one(shell("broken-input", "echo 'no mesh in case.dat' >&2; exit 3"));
        one(shell("endless", "exec sleep 600").walltime(Duration.ofSeconds(2)));
        one(shell("flaky", "test \"$HPC_ATTEMPT\" -ge 2").retryOn(JobState.FAILED, 2));
        handles.addAll(cluster.submitArray(
                finished(shell("sweep", SWEEP)), ArrayRange.of(1, 4).withMaxRunning(2)));
        one(shell("memory", MEMORY));
        one(JobRequest.command("sh", "-c", "echo rank $RANK of $WORLD_SIZE on $HPC_NODE, master $MASTER_ADDR")
                .name("ranks")
                .nodes(3)
                .stdout("outputs/ranks.txt"));
        return longRun;
    }

    private static JobRequest.Builder shell(String name, String command) {
        return JobRequest.command("sh", "-c", command).name(name);
    }

    private JobHandle one(JobRequest.Builder request) {
        JobHandle handle = cluster.submit(finished(request));
        handles.add(handle);
        return handle;
    }

    /** Any of them may be on the node that is killed. */
    private JobRequest finished(JobRequest.Builder request) {
        return request.workingDirectory(folder.toString())
                .retryOn(JobState.NODE_FAILED, 3)
                .build();
    }

    /** Whether a job ended as it was meant to. */
    static boolean isAsExpected(Job job) {
        String name = job.name().orElse("");
        return switch (name) {
            case "broken-input" -> job.state() == JobState.FAILED;
            case "endless" -> job.state() == JobState.TIMED_OUT;
            case "flaky", "long-run" -> job.isSuccess() && job.attempt() > 1;
            default -> job.isSuccess();
        };
    }
}
