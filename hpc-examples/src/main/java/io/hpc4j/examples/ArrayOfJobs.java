package io.hpc4j.examples;

import io.hpc4j.core.ArrayRange;
import io.hpc4j.core.Cluster;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobRequest;
import java.time.Duration;

/** One submission for many alike jobs, of which at most two run at once. */
public final class ArrayOfJobs {

    private ArrayOfJobs() {}

    /** Takes the address of a cluster. */
    public static void main(String[] args) throws Exception {
        try (Cluster cluster = Cluster.connect(args.length > 0 ? args[0] : "local:")) {
            JobRequest square = JobRequest.command("sh", "-c", "echo $((HPC_ARRAY_INDEX * HPC_ARRAY_INDEX))")
                    .name("square")
                    .build();
            for (JobHandle task :
                    cluster.submitArray(square, ArrayRange.of(1, 5).withMaxRunning(2))) {
                Job done = task.await(Duration.ofMinutes(1));
                System.out.print(done.arrayIndex().orElseThrow() + " squared is " + task.stdout());
            }
        }
    }
}
