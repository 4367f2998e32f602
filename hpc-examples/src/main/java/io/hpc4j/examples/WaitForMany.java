package io.hpc4j.examples;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Submits a thousand jobs in one call and waits for all of them: one status call per tick, no thread per job. */
public final class WaitForMany {

    private WaitForMany() {}

    /** Takes the address of a cluster, and how many jobs. */
    public static void main(String[] args) throws Exception {
        int count = args.length > 1 ? Integer.parseInt(args[1]) : 1000;
        try (Cluster cluster = Cluster.connect(args.length > 0 ? args[0] : "local:")) {
            List<JobHandle> jobs = cluster.submitAll(IntStream.range(0, count)
                    .mapToObj(i -> JobRequest.command("sh", "-c", "exit " + i % 3)
                            .name("many-" + i)
                            .build())
                    .toList());
            CompletableFuture<?>[] ends =
                    jobs.stream().map(JobHandle::completion).toArray(CompletableFuture<?>[]::new);
            CompletableFuture.allOf(ends).get(10, TimeUnit.MINUTES);
            long succeeded =
                    jobs.stream().map(JobHandle::job).filter(Job::isSuccess).count();
            System.out.println(succeeded + " of " + count + " succeeded");
        }
    }
}
