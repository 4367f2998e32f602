package io.hpc4j.examples;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.ClusterExecutor;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobTask;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** A cluster where an ExecutorService is wanted: its tasks are commands. */
public final class CommandsAsTasks {

    private CommandsAsTasks() {}

    /** Takes the address of a cluster. */
    public static void main(String[] args) throws Exception {
        try (Cluster cluster = Cluster.connect(args.length > 0 ? args[0] : "local:")) {
            ClusterExecutor executor = cluster.executor();
            List<JobTask> tasks = IntStream.range(0, 4)
                    .mapToObj(i -> JobTask.of(
                            JobRequest.command("sh", "-c", "exit " + i).build()))
                    .toList();
            for (Future<Job> end : executor.invokeAll(tasks)) {
                System.out.println(
                        "exit code " + end.get().exitStatus().orElseThrow().code());
            }
            Future<Job> endless =
                    executor.submit(JobRequest.command("sleep", "600").build());
            endless.cancel(true); // ends the job, not a thread
            executor.shutdown();
            System.out.println("terminated: " + executor.awaitTermination(1, TimeUnit.MINUTES));
        }
    }
}
