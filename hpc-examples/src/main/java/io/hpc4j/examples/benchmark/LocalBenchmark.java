package io.hpc4j.examples.benchmark;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Measures the local backend; {@code benchmarks/local/run} compares it with other ways to start processes. Prints
 * {@code name value} lines.
 */
public final class LocalBenchmark {

    private static final double NANOS = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;

    private LocalBenchmark() {}

    /** Takes {@code throughput FOLDER JOBS SLOTS}, {@code latency FOLDER JOBS} or {@code memory FOLDER JOBS}. */
    public static void main(String[] args) throws Exception {
        Path folder = Files.createDirectories(Path.of(args[1]).toAbsolutePath());
        int jobs = Integer.parseInt(args[2]);
        switch (args[0]) {
            case "throughput" -> throughput(folder, jobs, Integer.parseInt(args[3]));
            case "latency" -> latency(folder, jobs);
            case "memory" -> memory(folder, jobs);
            case "processbuilder" -> processBuilder(folder, jobs);
            default -> throw new IllegalArgumentException("no benchmark '" + args[0] + "'");
        }
    }

    /** Jobs of {@code true} with standard output and error to files of their own, submitted and awaited. */
    private static void throughput(Path folder, int jobs, int slots) throws Exception {
        try (Cluster cluster = Cluster.connect("local:" + folder + "?slots=" + slots)) {
            run(cluster, Math.min(jobs, 500));
            long begin = System.nanoTime();
            run(cluster, jobs);
            print("jobs_per_second", jobs / ((System.nanoTime() - begin) / NANOS));
        }
    }

    private static void run(Cluster cluster, int jobs) throws Exception {
        JobRequest request = JobRequest.command("/bin/true").build();
        List<JobHandle> handles = cluster.submitAll(Collections.nCopies(jobs, request));
        CompletableFuture<?>[] ends =
                handles.stream().map(JobHandle::completion).toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(ends).get(10, TimeUnit.MINUTES);
        if (!handles.stream().map(JobHandle::job).allMatch(Job::isSuccess)) {
            throw new IllegalStateException("a job of true failed");
        }
    }

    private static void latency(Path folder, int jobs) throws Exception {
        try (Cluster cluster = Cluster.connect("local:" + folder + "?slots=2")) {
            run(cluster, 100);
            double[] toStart = new double[jobs];
            double[] toFuture = new double[jobs];
            for (int i = 0; i < jobs; i++) {
                Instant submitted = Instant.now();
                JobHandle handle =
                        cluster.submit(JobRequest.command("/bin/sleep", "0.02").build());
                Job done = handle.completion().get(1, TimeUnit.MINUTES);
                Instant told = Instant.now();
                toStart[i] = millis(submitted, done.startedAt().orElseThrow());
                toFuture[i] = millis(done.endedAt().orElseThrow(), told);
            }
            printQuantiles("submit_to_start_ms", toStart);
            printQuantiles("end_to_future_ms", toFuture);
        }
    }

    private static void memory(Path folder, int jobs) throws Exception {
        try (Cluster cluster = Cluster.connect("local:" + folder + "?slots=1")) {
            JobHandle blocker =
                    cluster.submit(JobRequest.command("/bin/sleep", "600").build());
            blocker.started().get(1, TimeUnit.MINUTES);
            long before = usedHeap();
            List<JobHandle> waiting = cluster.submitAll(IntStream.range(0, jobs)
                    .mapToObj(i -> JobRequest.command("/bin/echo", "job", Integer.toString(i))
                            .name("job-" + i)
                            .build())
                    .toList());
            print("heap_bytes_per_waiting_job", (usedHeap() - before) / (double) jobs);
            cluster.cancel(waiting.stream().map(JobHandle::id).toList());
            blocker.cancel();
            blocker.await(Duration.ofMinutes(1));
        }
    }

    private static long usedHeap() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            least = Math.min(
                    least,
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return least;
    }

    /** The baseline of plain Java: two threads, each starting one process after the other. */
    private static void processBuilder(Path folder, int jobs) throws Exception {
        long begin = System.nanoTime();
        List<Thread> threads = IntStream.range(0, 2)
                .mapToObj(t -> new Thread(() -> startOneByOne(folder, t, jobs / 2)))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        print("jobs_per_second", jobs / ((System.nanoTime() - begin) / NANOS));
    }

    private static void startOneByOne(Path folder, int thread, int jobs) {
        try {
            for (int i = 0; i < jobs; i++) {
                String base = thread + "-" + i;
                new ProcessBuilder("/bin/true")
                        .redirectOutput(folder.resolve(base + ".out").toFile())
                        .redirectError(folder.resolve(base + ".err").toFile())
                        .start()
                        .waitFor();
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static double millis(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / NANOS_PER_MILLI;
    }

    private static void printQuantiles(String name, double[] values) {
        Arrays.sort(values);
        print(name + "_median", values[values.length / 2]);
        print(name + "_p95", values[(int) (values.length * 0.95)]);
    }

    private static void print(String name, double value) {
        System.out.printf(Locale.ROOT, "%s %.2f%n", name, value);
    }
}
