package io.hpc4j.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A store that lives as long as its object. One entry of about 70 bytes, the request and the last snapshots per job. */
final class InMemoryJobStore implements JobStore {

    private final Map<String, InMemoryShelf> clusters = new LinkedHashMap<>();

    @Override
    public synchronized void recordIntents(String cluster, Collection<JobRequest> requests, Instant at) {
        List<JobRequest> keyed = new ArrayList<>(requests.size());
        for (JobRequest request : requests) {
            if (request.key().isEmpty()) {
                throw new IllegalArgumentException("a request without a key cannot be recorded: " + request);
            }
            keyed.add(request);
        }
        shelf(cluster).record(keyed, at);
    }

    @Override
    public synchronized void bind(String cluster, Collection<Binding> bindings) {
        shelf(cluster).bind(bindings);
    }

    @Override
    public synchronized void discard(String cluster, String key) {
        shelf(cluster).discard(key);
    }

    @Override
    public synchronized void update(String cluster, Collection<Job> jobs) {
        jobs.forEach(shelf(cluster)::update);
    }

    @Override
    public synchronized Optional<StoredJob> findByKey(String cluster, String key) {
        return shelf(cluster).find(key);
    }

    @Override
    public synchronized Optional<StoredJob> find(String cluster, JobId id) {
        return shelf(cluster).find(id);
    }

    @Override
    public synchronized List<StoredJob> open(String cluster) {
        return shelf(cluster).open();
    }

    @Override
    public synchronized List<StoredJob> list(String cluster, JobQuery query) {
        return shelf(cluster).list(query);
    }

    @Override
    public synchronized List<JobEnd> endsAfter(String cluster, long position, int limit) {
        return shelf(cluster).endsAfter(position, limit);
    }

    @Override
    public synchronized ListenerCursor takeCursor(String cluster, String listener, String owner) {
        return shelf(cluster).takeCursor(listener, owner);
    }

    @Override
    public synchronized boolean moveCursor(String cluster, String listener, String owner, ListenerCursor cursor) {
        return shelf(cluster).moveCursor(listener, owner, cursor);
    }

    @Override
    public synchronized Map<String, ListenerCursor> cursors(String cluster) {
        return shelf(cluster).cursors();
    }

    @Override
    public synchronized void forgetListener(String cluster, String listener) {
        shelf(cluster).forgetListener(listener);
    }

    @Override
    public synchronized int forgetEnded(String cluster, Instant endedBefore, int limit) {
        return shelf(cluster).forgetEnded(endedBefore, limit);
    }

    private InMemoryShelf shelf(String cluster) {
        return clusters.computeIfAbsent(cluster, InMemoryShelf::new);
    }
}
