package io.hpc4j.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A store that lives as long as its object. One entry of about 60 bytes and the request per job. */
final class InMemoryJobStore implements JobStore {

    private final Map<String, Shelf> clusters = new LinkedHashMap<>();

    /** What is known of one key or, where there never was one, of one job. */
    private static final class Entry {
        private final String key;
        private final @Nullable JobRequest request;
        private final Instant recordedAt;
        private @Nullable JobId id;
        private @Nullable Job job;

        private Entry(String key, @Nullable JobRequest request, Instant recordedAt) {
            this.key = key;
            this.request = request;
            this.recordedAt = recordedAt;
        }

        private StoredJob toStored() {
            return new StoredJob(
                    key, Optional.ofNullable(request), Optional.ofNullable(id), Optional.ofNullable(job), recordedAt);
        }
    }

    /** The entries of one cluster. */
    private static final class Shelf {
        private final Map<String, Entry> byKey = new LinkedHashMap<>();
        private final Map<JobId, Entry> byId = new LinkedHashMap<>();

        private Stream<Entry> all() {
            return Stream.concat(byKey.values().stream(), byId.values().stream().filter(e -> byKey.get(e.key) != e));
        }
    }

    @Override
    public synchronized void recordIntents(String cluster, Collection<JobRequest> requests, Instant at) {
        Shelf shelf = shelf(cluster);
        List<Entry> entries = new ArrayList<>(requests.size());
        for (JobRequest request : requests) {
            String key = request.key()
                    .orElseThrow(() ->
                            new IllegalArgumentException("a request without a key cannot be recorded: " + request));
            if (shelf.byKey.containsKey(key)) {
                throw new IllegalStateException("the key '%s' is recorded already in %s".formatted(key, cluster));
            }
            entries.add(new Entry(key, request, at));
        }
        for (Entry entry : entries) {
            if (shelf.byKey.putIfAbsent(entry.key, entry) != null) {
                entries.forEach(e -> shelf.byKey.remove(e.key, e));
                throw new IllegalStateException("the key '%s' is given twice".formatted(entry.key));
            }
        }
    }

    @Override
    public synchronized void bind(String cluster, Collection<Binding> bindings) {
        Shelf shelf = shelf(cluster);
        for (Binding binding : bindings) {
            Entry entry = shelf.byKey.get(binding.key());
            if (entry == null) {
                throw new IllegalStateException(
                        "the key '%s' was never recorded in %s".formatted(binding.key(), cluster));
            }
            if (entry.id != null && !entry.id.equals(binding.id())) {
                throw new IllegalStateException(
                        "the key '%s' is bound to job %s, not to %s".formatted(binding.key(), entry.id, binding.id()));
            }
        }
        for (Binding binding : bindings) {
            Entry entry = Objects.requireNonNull(shelf.byKey.get(binding.key()));
            entry.id = binding.id();
            Entry stray = shelf.byId.put(binding.id(), entry);
            if (stray != null && entry.job == null) {
                entry.job = stray.job;
            }
        }
    }

    @Override
    public synchronized void discard(String cluster, String key) {
        Shelf shelf = shelf(cluster);
        Entry entry = shelf.byKey.get(key);
        if (entry != null && entry.id == null) {
            shelf.byKey.remove(key);
        }
    }

    @Override
    public synchronized void update(String cluster, Collection<Job> jobs) {
        Shelf shelf = shelf(cluster);
        for (Job job : jobs) {
            Entry entry = shelf.byId.computeIfAbsent(job.id(), id -> {
                Entry stray = new Entry(
                        job.key().orElse("id:" + id.nativeId()),
                        null,
                        job.submittedAt().orElse(Instant.EPOCH));
                stray.id = id;
                return stray;
            });
            entry.job = job;
        }
    }

    @Override
    public synchronized Optional<StoredJob> findByKey(String cluster, String key) {
        return Optional.ofNullable(shelf(cluster).byKey.get(key)).map(Entry::toStored);
    }

    @Override
    public synchronized Optional<StoredJob> find(String cluster, JobId id) {
        return Optional.ofNullable(shelf(cluster).byId.get(id)).map(Entry::toStored);
    }

    @Override
    public synchronized List<StoredJob> open(String cluster) {
        return shelf(cluster)
                .all()
                .map(Entry::toStored)
                .filter(StoredJob::isOpen)
                .sorted(Comparator.comparing(StoredJob::recordedAt))
                .toList();
    }

    @Override
    public synchronized List<StoredJob> list(String cluster, JobQuery query) {
        Stream<StoredJob> found = shelf(cluster)
                .all()
                .filter(e -> e.job != null && query.matches(e.job))
                .map(Entry::toStored)
                .sorted(Comparator.comparing(StoredJob::recordedAt).reversed());
        return (query.limit() == 0 ? found : found.limit(query.limit())).toList();
    }

    private Shelf shelf(String cluster) {
        return clusters.computeIfAbsent(cluster, c -> new Shelf());
    }
}
