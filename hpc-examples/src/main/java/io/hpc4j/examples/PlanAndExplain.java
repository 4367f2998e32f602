package io.hpc4j.examples;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.Explanation;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobPlan;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.Reason;
import java.time.Duration;

/** Asks what would become of a request before it is submitted, and why a job failed afterwards. */
public final class PlanAndExplain {

    private PlanAndExplain() {}

    /** Takes the address of a cluster. */
    public static void main(String[] args) throws Exception {
        try (Cluster cluster = Cluster.connect(args.length > 0 ? args[0] : "local:")) {
            JobRequest tooMuch =
                    JobRequest.command("./solver").cpusPerTask(10_000).build();
            JobPlan plan = cluster.plan(tooMuch);
            for (JobPlan.Field refused : plan.refusals()) {
                System.out.println("refused: " + refused.name());
            }
            plan.warnings().forEach(System.out::println);

            JobHandle job = cluster.submit(JobRequest.command("sh", "-c", "echo no case.dat >&2; exit 3")
                    .name("solver")
                    .build());
            job.await(Duration.ofMinutes(1));
            Explanation why = job.explain();
            if (why.reasons().get(0).type() == Reason.Type.EXIT_CODE) {
                System.out.println(why.describe(100));
            }
        }
    }
}
