package io.hpc4j.examples.benchmark;

import io.hpc4j.core.Capability;
import io.hpc4j.core.Cluster;
import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.QueueInfo;
import io.hpc4j.core.StateFolder;
import io.hpc4j.core.spi.BackendContext;
import io.hpc4j.core.spi.CommandLine;
import io.hpc4j.core.spi.CommandResult;
import io.hpc4j.core.spi.LocalTransport;
import io.hpc4j.core.spi.RemoteFiles;
import io.hpc4j.core.spi.SchedulerBackend;
import io.hpc4j.core.spi.SchedulerBackendProvider;
import io.hpc4j.core.spi.Transport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Measures what recording, counting and keeping a command costs, beside what running {@code true} costs in the same
 * process. Prints {@code name microseconds ratio} lines.
 */
public final class RecorderBenchmark {

    private static final int ROUNDS = 5;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final CommandLine TRUE = CommandLine.of("/bin/true");

    private RecorderBenchmark() {}

    /** Takes a folder for state, and the number of commands of each kind. */
    public static void main(String[] args) {
        Path folder = Path.of(args[0]).toAbsolutePath();
        int count = Integer.parseInt(args[1]);
        String queue = "141|RUNNING|ada|physics|cn01|2-03:04:05\n".repeat(1000);
        try (LocalTransport transport = new LocalTransport();
                Cluster recorded =
                        cluster(folder, new Immediate("")).callsPerMinute(0).connect();
                Cluster large =
                        cluster(folder, new Immediate(queue)).callsPerMinute(0).connect();
                Cluster counted = cluster(folder, new Immediate(""))
                        .callsPerMinute(1_000_000_000)
                        .connect();
                Cluster kept = cluster(folder, new Immediate(""))
                        .callsPerMinute(0)
                        .keepRecording()
                        .connect()) {
            double command = best(count / 10, () -> transport.run(TRUE));
            print("true", command, command);
            print("recorded", best(count, recorded::queues), command);
            print("recorded_40_kB", best(count, large::queues), command);
            print("recorded_and_counted", best(count, counted::queues), command);
            print("recorded_and_kept_in_a_file", best(count, kept::queues), command);
        }
    }

    private static Cluster.Builder cluster(Path folder, Transport transport) {
        return Cluster.builder("bench:")
                .provider(new OneCommand())
                .transport(transport)
                .state(StateFolder.at(folder));
    }

    private static double best(int count, Runnable call) {
        double best = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long begin = System.nanoTime();
            for (int i = 0; i < count; i++) {
                call.run();
            }
            best = Math.min(best, (double) (System.nanoTime() - begin) / count / NANOS_PER_MICRO);
        }
        return best;
    }

    private static void print(String name, double micros, double command) {
        System.out.printf(Locale.ROOT, "%s %.1f %.4f%n", name, micros, micros / command);
    }

    /** A transport that answers at once, so that only what is around it is measured. */
    private record Immediate(String text) implements Transport {

        @Override
        public CommandResult run(CommandLine command) {
            return new CommandResult(ExitStatus.ofCode(0), text, "", false, Duration.ZERO);
        }

        @Override
        public RemoteFiles files() {
            throw new UnsupportedOperationException("no files here");
        }

        @Override
        public void close() {}
    }

    /** Asks its scheduler one thing, by one command. */
    private static final class OneCommand implements SchedulerBackendProvider {

        @Override
        public String id() {
            return "bench";
        }

        @Override
        public SchedulerBackend open(BackendContext context) {
            return new SchedulerBackend() {
                @Override
                public Set<Capability> capabilities() {
                    return Set.of();
                }

                @Override
                public JobId submit(JobRequest request) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public Map<JobId, Job> statusOf(Collection<JobId> ids) {
                    return Map.of();
                }

                @Override
                public List<Job> list(JobQuery query) {
                    return List.of();
                }

                @Override
                public void cancel(Collection<JobId> ids) {}

                @Override
                public List<QueueInfo> queues() {
                    context.transport().run(TRUE);
                    return List.of();
                }

                @Override
                public Optional<JobId> findByKey(String key) {
                    return Optional.empty();
                }
            };
        }
    }
}
