package io.hpc4j.server.cli;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobRequest;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "batch",
        description = {
            "Runs a batch of simulated jobs, each of which writes ten random numbers, their sum and mean as CSV.",
            "NUM_JOBS, SEED, FAIL_RATE, WORKERS and OUTPUT_DIR are read from the environment, then from .env."
        },
        footer = {
            "",
            "Examples:",
            "  hpc batch",
            "  hpc batch --jobs 100 --seed 42",
            "  NUM_JOBS=20 FAIL_RATE=0.1 hpc batch",
            "  hpc --cluster slurm: batch --workers 10"
        })
final class BatchCommand extends ClusterCommand {

    @Option(names = "--jobs", paramLabel = "N", description = "How many, 1 to 10000; NUM_JOBS, or 5.")
    private Optional<String> jobs = Optional.empty();

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "The same seed gives the same files; SEED, or another each time.")
    private Optional<String> seed = Optional.empty();

    @Option(
            names = "--fail-rate",
            paramLabel = "RATE",
            description = "Which part of them fails, 0 to 1; FAIL_RATE, or 0.")
    private Optional<String> failRate = Optional.empty();

    @Option(names = "--workers", paramLabel = "N", description = "How many at a time; WORKERS, or as many as fit.")
    private Optional<String> workers = Optional.empty();

    @Option(names = "--output", paramLabel = "DIR", description = "Where they write; OUTPUT_DIR, or outputs.")
    private Optional<String> output = Optional.empty();

    BatchCommand(Session session) {
        super(session);
    }

    private BatchSettings settings() {
        Map<String, String> env = DotEnv.over(
                session.around().workingDirectory(), session.around().env());
        jobs.ifPresent(v -> env.put("NUM_JOBS", v));
        seed.ifPresent(v -> env.put("SEED", v));
        failRate.ifPresent(v -> env.put("FAIL_RATE", v));
        workers.ifPresent(v -> env.put("WORKERS", v));
        output.ifPresent(v -> env.put("OUTPUT_DIR", v));
        return BatchSettings.from(env);
    }

    @Override
    void check() {
        settings();
    }

    @Override
    int run(Cluster cluster) throws InterruptedException, IOException {
        BatchSettings settings = settings();
        long start = System.nanoTime();
        BatchSimulation simulation =
                new BatchSimulation(settings.seed().orElseGet(() -> new SecureRandom().nextInt()), settings.failRate());
        Payloads payloads = new Payloads(session.around(), cluster.uri());
        List<JobRequest> requests = new ArrayList<>(settings.jobs());
        for (int i = 1; i <= settings.jobs(); i++) {
            JobRequest.Builder request = simulation.request(i, settings.folder());
            payloads.workingDirectory(Optional.empty()).ifPresent(request::workingDirectory);
            requests.add(request.build());
        }
        TreeSet<Integer> failed = new TreeSet<>();
        new BatchRun(cluster, requests).run(settings.workers().orElse(settings.jobs()), (number, job) -> {
            if (!job.isSuccess()) {
                failed.add(number);
            }
            tell(settings, number, job);
        });
        session.print(
                failed.isEmpty()
                        ? "All jobs completed!"
                        : "%d of %d jobs failed: %s".formatted(failed.size(), settings.jobs(), failed));
        writeMetrics(
                session.around().workingDirectory().resolve(settings.folder()),
                System.nanoTime() - start,
                failed.isEmpty());
        return failed.isEmpty() ? ExitCodes.OK : ExitCodes.JOB_FAILED;
    }

    private void tell(BatchSettings settings, int number, Job job) {
        session.print(
                job.isSuccess()
                        ? "Job %d completed: %s/job_%d.csv".formatted(number, settings.folder(), number)
                        : "Job %d failed: %s%s"
                                .formatted(
                                        number,
                                        job.state(),
                                        JobTable.why(job).isEmpty() ? "" : ", " + JobTable.why(job)));
        session.around().out().flush();
    }

    private static void writeMetrics(Path folder, long nanos, boolean success) throws IOException {
        String text = "Wall Time: %s seconds\nStatus: %s\n"
                .formatted(BigDecimal.valueOf(nanos / 1_000_000, 3).toPlainString(), success ? "SUCCESS" : "FAILED");
        Files.createDirectories(folder);
        Path fresh = Files.writeString(folder.resolve(".metrics.log.new"), text);
        Files.move(
                fresh,
                folder.resolve("metrics.log"),
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.ATOMIC_MOVE);
    }
}
