package io.hpc4j.examples;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.JobEnd;
import io.hpc4j.core.JobRequest;
import io.hpc4j.store.JdbcJobStore;
import io.hpc4j.store.JobRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/** Writes a record of each end, exactly one, however often the program is ended and started again. */
public final class DurableListener {

    private DurableListener() {}

    /** Takes the addresses of a cluster and of a database, and a folder for the records. */
    public static void main(String[] args) throws Exception {
        Path records = Files.createDirectories(Path.of(args[2]));
        try (JdbcJobStore store = JdbcJobStore.connect(args[1]);
                Cluster cluster = Cluster.builder(args[0]).store(store).connect()) {
            cluster.submit(JobRequest.command("true").build()).await(Duration.ofMinutes(1));
        }
        // another process, another day: it is told what the first one did not wait for
        try (JdbcJobStore store = JdbcJobStore.connect(args[1]);
                Cluster cluster = Cluster.builder(args[0]).store(store).connect()) {
            cluster.onEnd("records", end -> keep(records, cluster, end));
            cluster.submit(JobRequest.command("false").build()).await(Duration.ofMinutes(1));
        }
        try (Stream<Path> files = Files.list(records)) {
            System.out.println(files.sorted().map(DurableListener::line).toList());
        }
    }

    /** The name of the file is the same if the end is told again, so that nothing is written twice. */
    private static void keep(Path folder, Cluster cluster, JobEnd end) {
        JobRecord record = JobRecord.of(cluster.uri(), end.request(), end.job());
        try {
            Files.writeString(folder.resolve(end.position() + ".json"), record.write());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // told again later
        }
    }

    private static String line(Path file) {
        try {
            JobRecord record = JobRecord.parse(Files.readString(file));
            Optional<Integer> code = record.job().exitStatus().map(exit -> exit.code());
            return "%s %s %s".formatted(record.job().state(), code.orElse(-1), record.verify());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
