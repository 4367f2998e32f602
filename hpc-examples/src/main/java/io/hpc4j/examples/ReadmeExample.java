package io.hpc4j.examples;

import static io.hpc4j.core.Dependency.Type.AFTER_OK;
import static io.hpc4j.core.JobState.NODE_FAILED;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobRequest;
import java.time.Duration;

/** What the README shows. */
public final class ReadmeExample {

    private ReadmeExample() {}

    /** Takes a folder to work in. */
    public static void main(String[] args) throws Exception {
        String folder = args[0];
        try (Cluster cluster = Cluster.connect("local:?nodes=2&slots=4")) {
            JobHandle mesh = cluster.submit(JobRequest.command("sh", "-c", "echo 42 > mesh.dat")
                    .name("mesh")
                    .workingDirectory(folder)
                    .build());
            JobHandle solve = cluster.submit(JobRequest.command("cat", "mesh.dat")
                    .name("solve")
                    .workingDirectory(folder)
                    .cpusPerTask(2)
                    .memoryPerNodeBytes(64L << 20)
                    .walltime(Duration.ofMinutes(10))
                    .environment("OMP_NUM_THREADS", "2")
                    .dependsOn(AFTER_OK, mesh.id())
                    .retryOn(NODE_FAILED, 2)
                    .build());
            solve.onChange(job -> System.out.println(job.id() + " is " + job.state()));
            Job done = solve.await(Duration.ofMinutes(15)); // or solve.completion(): a CompletableFuture<Job>
            System.out.println(done.exitStatus().orElseThrow() + ", printed "
                    + solve.stdout().strip());
        }
    }
}
