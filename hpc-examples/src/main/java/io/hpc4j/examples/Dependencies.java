package io.hpc4j.examples;

import static io.hpc4j.core.Dependency.Type.AFTER_ANY;
import static io.hpc4j.core.Dependency.Type.AFTER_NOT_OK;
import static io.hpc4j.core.Dependency.Type.AFTER_OK;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobRequest;
import java.time.Duration;

/** A small chain: solve after mesh, clean up whatever happens, and a job that runs only if something failed. */
public final class Dependencies {

    private Dependencies() {}

    /** Takes the address of a cluster. */
    public static void main(String[] args) throws Exception {
        try (Cluster cluster = Cluster.connect(args.length > 0 ? args[0] : "local:")) {
            JobHandle mesh = cluster.submit(step("mesh", "exit 0").build());
            JobHandle solve = cluster.submit(
                    step("solve", "exit 7").dependsOn(AFTER_OK, mesh.id()).build());
            JobHandle clean = cluster.submit(
                    step("clean", "exit 0").dependsOn(AFTER_ANY, solve.id()).build());
            JobHandle alarm = cluster.submit(
                    step("alarm", "exit 0").dependsOn(AFTER_NOT_OK, solve.id()).build());
            for (JobHandle job : new JobHandle[] {mesh, solve, clean, alarm}) {
                System.out.println(job.await(Duration.ofMinutes(1)));
            }
        }
    }

    private static JobRequest.Builder step(String name, String script) {
        return JobRequest.command("sh", "-c", script).name(name);
    }
}
