package io.hpc4j.core;

import io.hpc4j.core.spi.SchedulerBackend;
import io.hpc4j.core.spi.Submission;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Submits each request once: its key is in the store before anything is sent, travels with the job, and after an
 * unclear answer the job is looked for by its key.
 */
final class Submitter {

    private static final Logger log = LoggerFactory.getLogger(Submitter.class);

    private final Cluster cluster;
    private final String name;
    private final SchedulerBackend backend;
    private final JobStore store;
    private final JobWatcher watcher;
    private final Metrics metrics;
    private final Clock clock;

    Submitter(
            Cluster cluster,
            SchedulerBackend backend,
            JobStore store,
            JobWatcher watcher,
            Metrics metrics,
            Clock clock) {
        this.cluster = cluster;
        this.name = cluster.uri().toString();
        this.backend = backend;
        this.store = store;
        this.watcher = watcher;
        this.metrics = metrics;
        this.clock = clock;
    }

    JobHandle submit(JobRequest request) {
        try {
            return submitAll(List.of(request)).get(0);
        } catch (BatchSubmitException e) {
            throw Objects.requireNonNull(e.failures().get(0));
        }
    }

    List<JobHandle> submitAll(List<JobRequest> requests) {
        List<JobRequest> keyed = new ArrayList<>(requests.size());
        for (JobRequest request : requests) {
            RequestCheck.check(cluster.uri(), backend.capabilities(), request);
            keyed.add(request.key().isPresent() ? request : request.withKey(newKey()));
        }
        Map<Integer, JobHandle> handles = new HashMap<>();
        Map<Integer, HpcException> failures = new TreeMap<>();
        List<Integer> fresh = findKnown(requests, handles);
        List<JobRequest> toSend = fresh.stream().map(keyed::get).toList();
        if (!toSend.isEmpty()) {
            send(toSend, fresh, handles, failures);
        }
        if (!failures.isEmpty()) {
            throw new BatchSubmitException(handles, failures);
        }
        List<JobHandle> inOrder = new ArrayList<>(requests.size());
        for (int i = 0; i < requests.size(); i++) {
            inOrder.add(Objects.requireNonNull(handles.get(i)));
        }
        return inOrder;
    }

    /** Takes the handles of requests whose keys are known; returns the positions of the others. */
    private List<Integer> findKnown(List<JobRequest> requests, Map<Integer, JobHandle> handles) {
        List<Integer> fresh = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            Optional<JobHandle> known = requests.get(i).key().flatMap(this::known);
            if (known.isPresent()) {
                handles.put(i, known.get());
            } else {
                fresh.add(i);
            }
        }
        return fresh;
    }

    /** The job that a key stands for already: in the store or, if an earlier process was cut off, in the scheduler. */
    private Optional<JobHandle> known(String key) {
        Optional<StoredJob> stored = store.findByKey(name, key);
        Optional<JobId> id = stored.flatMap(StoredJob::id);
        if (id.isEmpty() && backend.capabilities().contains(Capability.FIND_BY_KEY)) {
            id = backend.findByKey(key);
            if (id.isPresent() && stored.isPresent()) {
                store.bind(name, List.of(new JobStore.Binding(key, id.get())));
            }
        }
        return id.map(cluster::attach);
    }

    private void send(
            List<JobRequest> requests,
            List<Integer> positions,
            Map<Integer, JobHandle> handles,
            Map<Integer, HpcException> failures) {
        Instant now = clock.instant();
        store.recordIntents(
                name,
                requests.stream()
                        .filter(r -> store.findByKey(name, key(r)).isEmpty())
                        .toList(),
                now);
        watcher.submitting();
        try {
            List<Submission> answers = metrics.timed("submit", () -> callBackend(requests));
            List<JobStore.Binding> bindings = new ArrayList<>();
            for (int i = 0; i < requests.size(); i++) {
                JobRequest request = requests.get(i);
                Submission answer = answers.get(i);
                Optional<JobId> id = answer instanceof Submission.Accepted a
                        ? Optional.of(a.id())
                        : afterFailure(key(request), ((Submission.Failed) answer).why());
                if (id.isPresent()) {
                    bindings.add(new JobStore.Binding(key(request), id.get()));
                    handles.put(positions.get(i), cluster.handle(firstSnapshot(request, id.get(), now)));
                } else {
                    failures.put(positions.get(i), ((Submission.Failed) answer).why());
                }
            }
            store.bind(name, bindings);
        } finally {
            watcher.submitted();
        }
    }

    /** One request goes by {@code submit}, which for some schedulers says more than {@code submitAll}. */
    private List<Submission> callBackend(List<JobRequest> requests) {
        if (requests.size() > 1) {
            return backend.submitAll(requests);
        }
        try {
            return List.of(new Submission.Accepted(backend.submit(requests.get(0))));
        } catch (HpcException e) {
            return List.of(new Submission.Failed(e));
        }
    }

    /** A refusal is final. After an unclear answer the scheduler may have taken the job all the same: look for it. */
    private Optional<JobId> afterFailure(String key, HpcException why) {
        if (!why.isTransient()) {
            store.discard(name, key);
            return Optional.empty();
        }
        if (!backend.capabilities().contains(Capability.FIND_BY_KEY)) {
            return Optional.empty();
        }
        try {
            Optional<JobId> found = backend.findByKey(key);
            found.ifPresent(id -> log.warn("{}: submitted although the answer was: {}", id, why.getMessage()));
            return found;
        } catch (HpcException e) {
            why.addSuppressed(e);
            return Optional.empty();
        }
    }

    List<JobHandle> submitArray(JobRequest request, ArrayRange range) {
        RequestCheck.checkArray(cluster.uri(), backend.capabilities(), range);
        RequestCheck.check(cluster.uri(), backend.capabilities(), request);
        Optional<JobHandle> known = request.key().flatMap(this::known);
        if (known.isPresent()) {
            return tasksOf(known.get());
        }
        JobRequest keyed = request.key().isPresent() ? request : request.withKey(newKey());
        Instant now = clock.instant();
        if (store.findByKey(name, key(keyed)).isEmpty()) {
            store.recordIntents(name, List.of(keyed), now);
        }
        watcher.submitting();
        try {
            List<JobId> ids = metrics.timed("submit", () -> backend.submitArray(keyed, range));
            store.bind(name, List.of(new JobStore.Binding(key(keyed), ids.get(0))));
            int[] indexes = range.indexes().toArray();
            List<JobHandle> handles = new ArrayList<>(ids.size());
            List<Job> first = new ArrayList<>(ids.size());
            for (int i = 0; i < ids.size(); i++) {
                Job job = firstSnapshot(keyed, ids.get(i), now).toBuilder()
                        .arrayIndex(indexes[i])
                        .build();
                first.add(job);
                handles.add(cluster.handle(job));
            }
            store.update(name, first);
            return handles;
        } catch (HpcException e) {
            Optional<JobId> found = afterFailure(key(keyed), e);
            if (found.isEmpty()) {
                throw e;
            }
            store.bind(name, List.of(new JobStore.Binding(key(keyed), found.get())));
            return tasksOf(cluster.attach(found.get()));
        } finally {
            watcher.submitted();
        }
    }

    private List<JobHandle> tasksOf(JobHandle task) {
        Optional<JobId> array = task.refresh().arrayId();
        return backend.list(JobQuery.all()).stream()
                .filter(j -> array.isPresent() && j.arrayId().equals(array))
                .map(cluster::handle)
                .toList();
    }

    /** Takes up what an earlier process with the same store left open. */
    void takeUp() {
        for (StoredJob stored : store.open(name)) {
            if (stored.job().isPresent()) {
                cluster.handle(stored.job().get());
                continue;
            }
            Optional<JobId> id = stored.id();
            if (id.isEmpty() && backend.capabilities().contains(Capability.FIND_BY_KEY)) {
                id = backend.findByKey(stored.key());
                id.ifPresent(found -> store.bind(name, List.of(new JobStore.Binding(stored.key(), found))));
            }
            Optional<JobRequest> request = stored.request();
            if (id.isPresent() && request.isPresent()) {
                cluster.handle(firstSnapshot(request.get(), id.get(), stored.recordedAt()));
            }
        }
    }

    private static Job firstSnapshot(JobRequest request, JobId id, Instant now) {
        return Job.builder(id, request.held() ? JobState.HELD : JobState.SUBMITTED)
                .name(request.nameOrDefault())
                .key(key(request))
                .labels(request.labels())
                .queue(request.queue().orElse(null))
                .account(request.account().orElse(null))
                .walltime(request.walltime().orElse(null))
                .slots(request.slots())
                .submittedAt(now)
                .build();
    }

    private static String key(JobRequest request) {
        return request.key().orElseThrow();
    }

    private static String newKey() {
        return UUID.randomUUID().toString();
    }
}
