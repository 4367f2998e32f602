package io.hpc4j.core;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
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
     * Remembers which jobs became of requests, all or none of them. An id that was another key's belongs to the new one:
     * the cluster has begun to count anew.
     *
     * @throws IllegalStateException if a key was not recorded, or is bound to another job
     */
    void bind(String cluster, Collection<Binding> bindings);

    /** Forgets a request that was refused; a key that is not recorded or is bound is left as it is. */
    void discard(String cluster, String key);

    /**
     * Remembers snapshots of jobs; those that were never bound are kept too. The first {@linkplain Job#isFinal final}
     * snapshot of each {@linkplain Job#attempt attempt} of a job is recorded as an end, together with the snapshot; a later
     * one of the same attempt is no other end.
     */
    void update(String cluster, Collection<Job> jobs);

    /** What is known of a key. */
    Optional<StoredJob> findByKey(String cluster, String key);

    /** What is known of a job. */
    Optional<StoredJob> find(String cluster, JobId id);

    /** Everything that {@linkplain StoredJob#isOpen may still change}, the oldest first. */
    List<StoredJob> open(String cluster);

    /** Jobs that meet a query, the newest first: by the time of their submission, else by when they were recorded. */
    List<StoredJob> list(String cluster, JobQuery query);

    /**
     * Jobs that meet a query, in the order of {@link #list}, a page at a time. What comes or goes meanwhile makes no job
     * of the others appear twice or be left out.
     *
     * @param query its limit is the size of a page
     * @param after the end of the page before, {@link JobPage#next()}; empty for the first page
     * @throws IllegalArgumentException if the query has no limit, or {@code after} is not from a page of this store
     */
    default JobPage page(String cluster, JobQuery query, Optional<String> after) {
        return JobPage.cut(list(cluster, query.withLimit(0)), query.limit(), after);
    }

    // ---------------------------------------------------------------- ends, and who has been told them

    /**
     * Ends that were recorded behind a position, in the order in which they were recorded. Once an end has been seen here,
     * none will be recorded before it, by whichever thread or process.
     *
     * @param position 0 for all
     * @param limit no more than this many, at least 1
     */
    List<JobEnd> endsAfter(String cluster, long position, int limit);

    /**
     * Says how far a listener has been told, and that from now on {@code owner} alone tells it. A listener that was not known
     * is remembered, and stands before the first end.
     *
     * @param owner a word that nobody else uses
     */
    ListenerCursor takeCursor(String cluster, String listener, String owner);

    /**
     * Remembers how far a listener has been told.
     *
     * @return false, and nothing has changed, if someone else has taken the cursor since, or the listener was forgotten
     */
    boolean moveCursor(String cluster, String listener, String owner, ListenerCursor cursor);

    /** How far each known listener of a cluster has been told, by its name. */
    Map<String, ListenerCursor> cursors(String cluster);

    /** Forgets a listener: no end is kept for it any longer. One that is not known is no error. */
    void forgetListener(String cluster, String listener);

    /**
     * Forgets jobs that ended before an instant, with their requests, keys and ends: the oldest first, never one that is
     * {@linkplain StoredJob#isOpen open}, nor one with an end that a known listener has not been told. A job without a time of
     * its end counts as ended when it was recorded.
     *
     * @param limit no more than this many, at least 1
     * @return how many it were
     */
    int forgetEnded(String cluster, Instant endedBefore, int limit);

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
