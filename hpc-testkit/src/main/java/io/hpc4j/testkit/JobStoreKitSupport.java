package io.hpc4j.testkit;

import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.JobStore;
import io.hpc4j.core.JobStore.Binding;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the parts of the kit for stores share. */
abstract class JobStoreKitSupport {

    static final String HERE = "local:";
    static final String THERE = "slurm:";
    static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
    static final int THREADS = 8;

    JobStore store;

    /** Makes an empty store; the kit closes it. */
    protected abstract JobStore openStore();

    /**
     * Closes a store and opens what it has kept again; empty, as unless overridden, for a store that keeps nothing
     * beyond its object's life.
     */
    protected Optional<JobStore> reopen(JobStore open) {
        return Optional.empty();
    }

    @BeforeEach
    void open() {
        store = openStore();
    }

    @AfterEach
    void close() {
        store.close();
    }

    static JobRequest request(String key) {
        return JobRequest.command("true").key(key).build();
    }

    static Job job(String id, JobState state) {
        return Job.builder(JobId.of(id), state).name("job-" + id).build();
    }

    static Job ended(String id, JobState state, Instant at) {
        return job(id, state).toBuilder().endedAt(at).build();
    }

    void record(String... keys) {
        store.recordIntents(
                HERE, List.of(keys).stream().map(JobStoreKitSupport::request).toList(), NOON);
    }

    void bind(String key, String id) {
        store.bind(HERE, List.of(new Binding(key, JobId.of(id))));
    }

    void reopenIfDurable() {
        store = reopen(store).orElse(store);
    }

    static void inThreads(IntConsumer work) {
        List<CompletableFuture<Void>> threads = IntStream.range(0, THREADS)
                .mapToObj(i -> CompletableFuture.runAsync(() -> work.accept(i)))
                .toList();
        threads.forEach(CompletableFuture::join);
    }
}
