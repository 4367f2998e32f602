package io.hpc4j.server.cli;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.NodeInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        description = {
            "Starts a cluster of three nodes on this machine and runs jobs on it: a batch and its summary, an array, one on"
                    + " all three nodes, and some that fail, run too long, are retried, or lose their node."
        },
        footer = {"", "Examples:", "  hpc demo", "  hpc demo --dir /tmp/hpc-demo"})
final class DemoCommand implements Callable<Integer> {

    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration KILL_AFTER = Duration.ofMillis(700);
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @Option(names = "--dir", paramLabel = "DIR", description = "Where its files go; ./hpc-demo unless given.")
    private Path dir = Path.of("hpc-demo");

    private final Session session;

    DemoCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        Path folder = freshFolder(session.around().workingDirectory().resolve(dir));
        Path state = folder.resolve("cluster");
        String address = "local:" + state + "?nodes=3&slots=2";
        session.print("A cluster of three nodes with two slots each, in " + shown(state));
        session.around().out().flush();
        try (Cluster cluster =
                session.around().opener().open(address, session.around().env())) {
            return run(cluster, folder, state, address);
        }
    }

    private int run(Cluster cluster, Path folder, Path state, String address) throws InterruptedException {
        DemoProgress progress = new DemoProgress(session);
        cluster.onEvent(progress::tell);
        DemoJobs jobs = new DemoJobs(cluster, folder);
        JobHandle victim = jobs.submit();
        progress.say(jobs.handles().size() + " jobs are submitted");
        CompletableFuture<Void> accident = victim.started()
                .thenAcceptAsync(
                        job -> progress.say(kill(state, job)),
                        CompletableFuture.delayedExecutor(KILL_AFTER.toMillis(), TimeUnit.MILLISECONDS));
        awaitAll(jobs.handles(), progress);
        accident.join();
        progress.clear();
        List<Job> ended = jobs.handles().stream()
                .map(JobHandle::job)
                .sorted(Comparator.comparing(Job::id))
                .toList();
        conclude(cluster, ended, folder, address);
        return ended.stream().allMatch(DemoJobs::isAsExpected) ? ExitCodes.OK : ExitCodes.JOB_FAILED;
    }

    private static void awaitAll(List<JobHandle> handles, DemoProgress progress) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        for (JobHandle handle : handles) {
            while (!handle.completion().isDone() && System.nanoTime() < deadline) {
                progress.draw(handles);
                awaitBriefly(handle);
            }
        }
    }

    private static void awaitBriefly(JobHandle handle) throws InterruptedException {
        try {
            handle.await(LOOK);
        } catch (TimeoutException e) {
            return; // to look at the others
        }
    }

    /** The process of a node is a process like any other. */
    private static String kill(Path state, Job job) {
        String node = job.nodes().isEmpty() ? "node1" : job.nodes().get(0);
        try {
            long pid = Long.parseLong(
                    Files.readString(state.resolve("nodes").resolve(node).resolve("pid"))
                            .strip());
            Optional<ProcessHandle> process = ProcessHandle.of(pid);
            process.ifPresent(ProcessHandle::destroyForcibly);
            return process.isPresent()
                    ? "%s is killed (kill -9 %d) while job %s %s runs on it"
                            .formatted(node, pid, job.id(), job.name().orElse("-"))
                    : "%s has no process %d to kill".formatted(node, pid);
        } catch (IOException | NumberFormatException e) {
            return "%s cannot be killed: %s".formatted(node, e);
        }
    }

    private void conclude(Cluster cluster, List<Job> ended, Path folder, String address) {
        session.print("");
        session.print(new JobTable(session.paint(), session.around().clock()).results(ended));
        session.print("");
        long up = cluster.nodes().stream()
                .filter(n -> n.state() == NodeInfo.State.UP)
                .count();
        session.print("%d of %d jobs ended as they were meant to; %d of 3 nodes are up."
                .formatted(ended.stream().filter(DemoJobs::isAsExpected).count(), ended.size(), up));
        session.print("What they wrote: " + shown(folder.resolve("outputs")));
        session.print("");
        session.print("Try next:");
        session.print("  export HPC_CLUSTER='" + address + "'");
        ended.stream()
                .filter(j -> j.name().filter("broken-input"::equals).isPresent())
                .findFirst()
                .ifPresent(j -> session.print("  hpc logs --stderr " + j.id() + "         # why did it fail?"));
        session.print("  hpc submit --nodes 3 --wait -o ranks.txt -- sh -c 'echo rank $RANK on $HPC_NODE'");
        session.print("  hpc jobs; hpc nodes; hpc monitor");
        session.print("  hpc --help");
    }

    /** A folder of its own for every run, so that nothing is ever removed. */
    private static Path freshFolder(Path parent) throws IOException {
        Files.createDirectories(parent);
        for (int i = 1; ; i++) {
            Path folder = parent.resolve("run-" + i);
            if (!Files.exists(folder)) {
                Files.createDirectories(folder.resolve("outputs"));
                return folder.toRealPath();
            }
        }
    }

    private String shown(Path path) {
        Path here = session.around().workingDirectory();
        return path.startsWith(here) ? here.relativize(path).toString() : path.toString();
    }
}
