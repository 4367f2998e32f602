package io.hpc4j.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What an {@link InMemoryJobStore} knows of one cluster. For one thread at a time. */
final class InMemoryShelf {

    private final String cluster;
    private final Map<String, Entry> byKey = new LinkedHashMap<>();
    private final Map<JobId, Entry> byId = new LinkedHashMap<>();
    private final NavigableMap<Long, End> ends = new TreeMap<>();
    private final Map<String, Listener> listeners = new HashMap<>();
    private long lastPosition;

    /** What is known of one key or, where there never was one, of one job. */
    private static final class Entry {
        private final String key;
        private final @Nullable JobRequest request;
        private final Instant recordedAt;
        private @Nullable JobId id;
        private @Nullable Job job;

        /** The attempt whose end was recorded last; 0 if none. */
        private int endedAttempt;

        /** The positions of its ends. */
        private List<Long> ends = List.of();

        private Entry(String key, @Nullable JobRequest request, Instant recordedAt) {
            this.key = key;
            this.request = request;
            this.recordedAt = recordedAt;
        }

        private StoredJob toStored() {
            return new StoredJob(
                    key, Optional.ofNullable(request), Optional.ofNullable(id), Optional.ofNullable(job), recordedAt);
        }

        private boolean isTold(long position) {
            return ends.isEmpty() || ends.get(ends.size() - 1) <= position;
        }

        private Instant endedAt() {
            return Optional.ofNullable(job).flatMap(Job::endedAt).orElse(recordedAt);
        }
    }

    private record End(Entry of, Job job) {}

    private record Listener(String owner, ListenerCursor cursor) {}

    InMemoryShelf(String cluster) {
        this.cluster = cluster;
    }

    // ---------------------------------------------------------------- requests and jobs

    void record(Collection<JobRequest> requests, Instant at) {
        Map<String, Entry> fresh = new LinkedHashMap<>();
        for (JobRequest request : requests) {
            String key = request.key().orElseThrow();
            if (byKey.containsKey(key)) {
                throw new IllegalStateException("the key '%s' is recorded already in %s".formatted(key, cluster));
            }
            if (fresh.put(key, new Entry(key, request, at)) != null) {
                throw new IllegalStateException("the key '%s' is given twice".formatted(key));
            }
        }
        byKey.putAll(fresh);
    }

    void bind(Collection<JobStore.Binding> bindings) {
        bindings.forEach(this::check);
        bindings.forEach(binding -> bind(Objects.requireNonNull(byKey.get(binding.key())), binding.id()));
    }

    private void check(JobStore.Binding binding) {
        Entry entry = byKey.get(binding.key());
        if (entry == null) {
            throw new IllegalStateException("the key '%s' was never recorded in %s".formatted(binding.key(), cluster));
        }
        if (entry.id != null && !entry.id.equals(binding.id())) {
            throw new IllegalStateException(
                    "the key '%s' is bound to job %s, not to %s".formatted(binding.key(), entry.id, binding.id()));
        }
    }

    /** A job whose snapshot came before its key is one with it; another key's job of that id is another job. */
    private void bind(Entry entry, JobId id) {
        entry.id = id;
        Entry before = byId.put(id, entry);
        if (before != null && before != entry && byKey.get(before.key) != before && entry.job == null) {
            entry.job = before.job;
            entry.endedAttempt = before.endedAttempt;
            entry.ends = before.ends;
            entry.ends.forEach(position -> ends.computeIfPresent(position, (p, end) -> new End(entry, end.job)));
        }
    }

    void discard(String key) {
        Entry entry = byKey.get(key);
        if (entry != null && entry.id == null) {
            byKey.remove(key);
        }
    }

    void update(Job job) {
        Entry entry = byId.computeIfAbsent(job.id(), id -> stray(job));
        entry.job = job;
        if (job.isFinal() && job.attempt() != entry.endedAttempt) {
            lastPosition++;
            ends.put(lastPosition, new End(entry, job));
            entry.endedAttempt = job.attempt();
            entry.ends =
                    Stream.concat(entry.ends.stream(), Stream.of(lastPosition)).toList();
        }
    }

    private static Entry stray(Job job) {
        Entry stray = new Entry(
                job.key().orElse("id:" + job.id().nativeId()),
                null,
                job.submittedAt().orElse(Instant.EPOCH));
        stray.id = job.id();
        return stray;
    }

    Optional<StoredJob> find(String key) {
        return Optional.ofNullable(byKey.get(key)).map(Entry::toStored);
    }

    Optional<StoredJob> find(JobId id) {
        return Optional.ofNullable(byId.get(id)).map(Entry::toStored);
    }

    List<StoredJob> open() {
        return all().map(Entry::toStored)
                .filter(StoredJob::isOpen)
                .sorted(Comparator.comparing(StoredJob::recordedAt))
                .toList();
    }

    List<StoredJob> list(JobQuery query) {
        List<StoredJob> found = new ArrayList<>(all().filter(e -> e.job != null && query.matches(e.job))
                .map(Entry::toStored)
                .toList());
        Collections.reverse(found); // of two of the same instant the later one comes first
        found.sort(Comparator.comparing(InMemoryShelf::submittedAt).reversed());
        return List.copyOf(query.limit() == 0 ? found : found.subList(0, Math.min(query.limit(), found.size())));
    }

    private static Instant submittedAt(StoredJob stored) {
        return stored.job().flatMap(Job::submittedAt).orElse(stored.recordedAt());
    }

    private Stream<Entry> all() {
        return Stream.concat(byKey.values().stream(), byId.values().stream().filter(e -> byKey.get(e.key) != e));
    }

    // ---------------------------------------------------------------- ends and listeners

    List<JobEnd> endsAfter(long position, int limit) {
        return ends.tailMap(position, false).entrySet().stream()
                .limit(limit)
                .map(e -> JobEnd.of(e.getKey(), e.getValue().job, Optional.ofNullable(e.getValue().of.request)))
                .toList();
    }

    ListenerCursor takeCursor(String listener, String owner) {
        Listener known = listeners.get(listener);
        ListenerCursor cursor = known == null ? ListenerCursor.START : known.cursor;
        listeners.put(listener, new Listener(owner, cursor));
        return cursor;
    }

    boolean moveCursor(String listener, String owner, ListenerCursor cursor) {
        Listener known = listeners.get(listener);
        boolean owned = known != null && known.owner.equals(owner);
        if (owned) {
            listeners.put(listener, new Listener(owner, cursor));
        }
        return owned;
    }

    Map<String, ListenerCursor> cursors() {
        Map<String, ListenerCursor> all = new TreeMap<>();
        listeners.forEach((name, listener) -> all.put(name, listener.cursor));
        return all;
    }

    void forgetListener(String listener) {
        listeners.remove(listener);
    }

    int forgetEnded(Instant endedBefore, int limit) {
        long told = listeners.values().stream()
                .mapToLong(l -> l.cursor.told())
                .min()
                .orElse(Long.MAX_VALUE);
        List<Entry> old = new ArrayList<>(all().filter(e -> e.job != null && e.job.isFinal())
                .filter(e -> e.isTold(told) && e.endedAt().isBefore(endedBefore))
                .sorted(Comparator.comparing(Entry::endedAt))
                .limit(limit)
                .toList());
        old.forEach(this::forget);
        return old.size();
    }

    private void forget(Entry entry) {
        byKey.remove(entry.key, entry);
        if (entry.id != null) {
            byId.remove(entry.id, entry);
        }
        entry.ends.forEach(ends::remove);
    }
}
