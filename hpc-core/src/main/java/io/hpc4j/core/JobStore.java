package io.hpc4j.core;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Remembers requests and jobs, so that none is submitted twice and none is forgotten. One store may serve several
 * clusters, told apart by name. May be shared between threads; when a method returns, what it was told is kept as
 * safely as the store keeps anything.
 */
public interface JobStore extends AutoCloseable {

    /** Keeps everything in memory, for as long as the object lives. */
    static JobStore inMemory() {
        return new InMemoryJobStore();
    }

    /**
     * Remembers requests that are about to be submitted, all or none of them.
     *
     * @param requests each with a key
     * @throws IllegalArgumentException if a request has no key
     * @throws IllegalStateException if one of the keys is recorded already
     */
    void recordIntents(String cluster, Collection<JobRequest> requests, Instant at);

    /**
     * Remembers which jobs became of requests, all or none of them.
     *
     * @throws IllegalStateException if a key was not recorded, or is bound to another job
     */
    void bind(String cluster, Collection<Binding> bindings);

    /** Forgets a request that was refused; a key that is not recorded or is bound is left as it is. */
    void discard(String cluster, String key);

    /** Remembers snapshots of jobs; those that were never bound are kept too. */
    void update(String cluster, Collection<Job> jobs);

    /** What is known of a key. */
    Optional<StoredJob> findByKey(String cluster, String key);

    /** What is known of a job. */
    Optional<StoredJob> find(String cluster, JobId id);

    /** Everything that {@linkplain StoredJob#isOpen may still change}, the oldest first. */
    List<StoredJob> open(String cluster);

    /** Jobs that meet a query, the newest first. */
    List<StoredJob> list(String cluster, JobQuery query);

    /** Frees what the store holds. */
    @Override
    default void close() {}

    /**
     * A key and the job that became of it.
     *
     * @param key a recorded key
     * @param id the id that the scheduler gave
     */
    record Binding(String key, JobId id) {}
}
