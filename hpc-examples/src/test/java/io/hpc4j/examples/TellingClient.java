package io.hpc4j.examples;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.JobEnd;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.ListenerCursor;
import io.hpc4j.store.JdbcJobStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A process that may be killed at any moment: submits jobs by keys that stay the same, and writes a line for each end that its
 * durable listener is told. It takes the addresses of a cluster and of a database, a folder, and the number of jobs.
 */
final class TellingClient {

    private static final String LISTENER = "witness";

    private TellingClient() {}

    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[2], "told");
        int count = Integer.parseInt(arguments[3]);
        try (JdbcJobStore store = JdbcJobStore.connect(arguments[1]);
                Cluster cluster = Cluster.builder(arguments[0]).store(store).connect()) {
            cluster.onEnd(LISTENER, end -> write(file, end));
            List<JobHandle> jobs = IntStream.range(0, count)
                    .mapToObj(i -> cluster.submit(request(arguments[2], i)))
                    .toList();
            for (JobHandle job : jobs) {
                job.await(Duration.ofMinutes(2));
            }
        }
        try (JdbcJobStore store = JdbcJobStore.connect(arguments[1])) {
            ListenerCursor cursor = store.cursors("local:" + Path.of(arguments[2], "state"))
                    .getOrDefault(LISTENER, ListenerCursor.START);
            System.out.println("done, stands behind " + cursor.told());
        }
    }

    private static JobRequest request(String folder, int number) {
        return JobRequest.command("/bin/sh", "-c", "exit " + number % 100)
                .workingDirectory(folder)
                .stdout("/dev/null")
                .stderr("/dev/null")
                .key("job-" + number)
                .build();
    }

    /** One call of the system, so that a kill leaves no half a line, and one that takes a while. */
    private static void write(Path file, JobEnd end) {
        String line = "%d %s %s %d %b%n"
                .formatted(
                        end.position(),
                        end.job().key().orElse("-"),
                        end.job().exitStatus().map(exit -> exit.code()).orElse(-1),
                        end.job().attempt(),
                        end.maybeSeen());
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            int unused = out.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
            out.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
