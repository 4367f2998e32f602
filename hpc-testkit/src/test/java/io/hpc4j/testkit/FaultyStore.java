package io.hpc4j.testkit;

import io.hpc4j.core.Job;
import io.hpc4j.core.JobEnd;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobStore;
import io.hpc4j.core.ListenerCursor;
import io.hpc4j.core.StoredJob;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A store that runs into a fault before or after it did what watching and telling ask of it. */
final class FaultyStore implements JobStore {

    private final JobStore store;
    volatile Runnable fault = () -> {};

    /** Spares a thread's own calls. */
    final ThreadLocal<Boolean> isQuiet = ThreadLocal.withInitial(() -> false);

    FaultyStore(JobStore store) {
        this.store = store;
    }

    private <T> T faulty(Supplier<T> call) {
        if (isQuiet.get()) {
            return call.get();
        }
        fault.run();
        T answer = call.get();
        fault.run();
        return answer;
    }

    @Override
    public void update(String cluster, Collection<Job> jobs) {
        faulty(() -> {
            store.update(cluster, jobs);
            return true;
        });
    }

    @Override
    public List<JobEnd> endsAfter(String cluster, long position, int limit) {
        return faulty(() -> store.endsAfter(cluster, position, limit));
    }

    @Override
    public boolean moveCursor(String cluster, String listener, String owner, ListenerCursor cursor) {
        return faulty(() -> store.moveCursor(cluster, listener, owner, cursor));
    }

    @Override
    public void recordIntents(String cluster, Collection<JobRequest> requests, Instant at) {
        store.recordIntents(cluster, requests, at);
    }

    @Override
    public void bind(String cluster, Collection<Binding> bindings) {
        store.bind(cluster, bindings);
    }

    @Override
    public void discard(String cluster, String key) {
        store.discard(cluster, key);
    }

    @Override
    public Optional<StoredJob> findByKey(String cluster, String key) {
        return store.findByKey(cluster, key);
    }

    @Override
    public Optional<StoredJob> find(String cluster, JobId id) {
        return store.find(cluster, id);
    }

    @Override
    public List<StoredJob> open(String cluster) {
        return store.open(cluster);
    }

    @Override
    public List<StoredJob> list(String cluster, JobQuery query) {
        return store.list(cluster, query);
    }

    @Override
    public ListenerCursor takeCursor(String cluster, String listener, String owner) {
        return store.takeCursor(cluster, listener, owner);
    }

    @Override
    public Map<String, ListenerCursor> cursors(String cluster) {
        return store.cursors(cluster);
    }

    @Override
    public void forgetListener(String cluster, String listener) {
        store.forgetListener(cluster, listener);
    }

    @Override
    public int forgetEnded(String cluster, Instant endedBefore, int limit) {
        return store.forgetEnded(cluster, endedBefore, limit);
    }
}
