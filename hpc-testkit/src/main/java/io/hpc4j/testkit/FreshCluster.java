package io.hpc4j.testkit;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.NoSuchBackendException;
import io.hpc4j.core.spi.LocalTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A local cluster in a temporary folder, with everything that has to go with it. */
final class FreshCluster {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Path folder;
    private final Cluster cluster;

    private FreshCluster(Path folder, Cluster cluster) {
        this.folder = folder;
        this.cluster = cluster;
    }

    static FreshCluster open(int nodes, int slots, String settings) {
        Path folder;
        try {
            folder = Files.createTempDirectory("hpc4j-test-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String uri = "local:%s?nodes=%d&slots=%d&grace=500ms".formatted(folder.resolve("state"), nodes, slots);
        try {
            return new FreshCluster(folder, Cluster.connect(settings.isEmpty() ? uri : uri + "&" + settings));
        } catch (RuntimeException e) {
            remove(folder);
            if (e instanceof NoSuchBackendException) {
                throw new IllegalStateException(
                        "@LocalCluster needs io.hpc4j:hpc-scheduler-local in test scope, beside hpc-testkit", e);
            }
            throw e;
        }
    }

    Cluster cluster() {
        return cluster;
    }

    /** Ends its jobs, whoever submitted them, then its nodes, and removes its files. A test may have closed it. */
    void endAll() {
        Cluster last = reopened();
        try {
            List<JobId> left = live(last);
            last.cancel(left);
            Eventually.until(LIMIT, "end of all jobs", () -> live(last), List::isEmpty);
        } finally {
            cluster.close();
            last.close();
            remove(folder);
        }
    }

    private Cluster reopened() {
        try {
            live(cluster);
            return cluster;
        } catch (IllegalStateException e) { // it is closed
            return Cluster.connect(cluster.uri().backend() + ":" + folder.resolve("state") + settings());
        }
    }

    private String settings() {
        StringBuilder all = new StringBuilder();
        cluster.uri()
                .parameters()
                .forEach((name, value) -> all.append(all.isEmpty() ? '?' : '&')
                        .append(name)
                        .append('=')
                        .append(value));
        return all.toString();
    }

    private static List<JobId> live(Cluster cluster) {
        return cluster.list(JobQuery.live()).stream().map(Job::id).toList();
    }

    private static void remove(Path folder) {
        try (LocalTransport here = new LocalTransport()) {
            here.files().remove(folder.toString());
        }
    }
}
