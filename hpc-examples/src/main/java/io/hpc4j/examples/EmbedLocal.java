package io.hpc4j.examples;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobRequest;
import java.time.Duration;

/** Runs one program on this machine, and tells how it ended and what it used. */
public final class EmbedLocal {

    private EmbedLocal() {}

    /** Takes the address of a cluster. */
    public static void main(String[] args) throws Exception {
        try (Cluster cluster = Cluster.connect(args.length > 0 ? args[0] : "local:")) {
            JobHandle job = cluster.submit(JobRequest.command("sh", "-c", "echo hello from job $HPC_JOB_ID; exit 3")
                    .name("hello")
                    .walltime(Duration.ofMinutes(1))
                    .build());
            Job done = job.await(Duration.ofMinutes(2));
            System.out.print(job.stdout());
            System.out.println(done.state() + ", " + done.exitStatus().orElseThrow() + ", cpu "
                    + done.usage().cpuTime().orElse(Duration.ZERO).toMillis() + " ms");
        }
    }
}
