package io.hpc4j.core;

import io.hpc4j.core.spi.SchedulerBackend;
import io.hpc4j.core.spi.Submission;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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

    /** Held while requests with the caller's own keys are on their way, since two may have the same key. */
    private final Object keyedSubmissions = new Object();

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
        if (requests.stream().noneMatch(r -> r.key().isPresent())) {
            return submitOnce(requests);
        }
        checkKeys(requests);
        synchronized (keyedSubmissions) {
            return submitOnce(requests);
        }
    }

    private static void checkKeys(List<JobRequest> requests) {
        Set<String> keys = new HashSet<>();
        for (JobRequest request : requests) {
            if (request.key().isPresent() && !keys.add(key(request))) {
                throw new IllegalArgumentException("the key '%s' is given twice in one list".formatted(key(request)));
            }
        }
    }

    private List<JobHandle> submitOnce(List<JobRequest> requests) {
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
        return id.map(known -> attach(known, stored));
    }

    private JobHandle attach(JobId id, Optional<StoredJob> stored) {
        try {
            JobHandle handle = cluster.attach(id);
            if (handle.job().isFinal() && stored.isPresent() && stored.get().isOpen()) {
                store.update(name, List.of(handle.job()));
                cluster.endRecorded();
            }
            return handle;
        } catch (NoSuchJobException e) {
            JobRequest request = stored.flatMap(StoredJob::request).orElseThrow(() -> e);
            return cluster.handle(firstSnapshot(request, id, clock.instant()));
        }
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
            Map<Integer, Job> taken = new TreeMap<>();
            for (int i = 0; i < requests.size(); i++) {
                JobRequest request = requests.get(i);
                Submission answer = answers.get(i);
                Optional<JobId> id = answer instanceof Submission.Accepted a
                        ? Optional.of(a.id())
                        : afterFailure(key(request), ((Submission.Failed) answer).why());
                if (id.isPresent()) {
                    taken.put(positions.get(i), firstSnapshot(request, id.get(), now));
                } else {
                    failures.put(positions.get(i), ((Submission.Failed) answer).why());
                }
            }
            keep(taken.values());
            taken.forEach((position, job) -> handles.put(position, cluster.handle(job)));
        } finally {
            watcher.submitted();
        }
    }

    /** Before the jobs are watched, so that nothing newer is overwritten. */
    private void keep(Collection<Job> jobs) {
        store.bind(
                name,
                jobs.stream()
                        .map(j -> new JobStore.Binding(j.key().orElseThrow(), j.id()))
                        .toList());
        store.update(name, jobs);
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
        } catch (IllegalArgumentException e) {
            return List.of(Submission.Failed.refused(e));
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
        if (request.key().isEmpty()) {
            return submitArrayOnce(request.withKey(newKey()), range);
        }
        synchronized (keyedSubmissions) {
            return known(key(request)).map(this::tasksOf).orElseGet(() -> submitArrayOnce(request, range));
        }
    }

    private List<JobHandle> submitArrayOnce(JobRequest request, ArrayRange range) {
        Instant now = clock.instant();
        if (store.findByKey(name, key(request)).isEmpty()) {
            store.recordIntents(name, List.of(request), now);
        }
        watcher.submitting();
        try {
            List<JobId> ids = metrics.timed("submit", () -> backend.submitArray(request, range));
            int[] indexes = range.indexes().toArray();
            List<Job> tasks = new ArrayList<>(ids.size());
            for (int i = 0; i < ids.size(); i++) {
                tasks.add(firstSnapshot(request, ids.get(i), now).toBuilder()
                        .arrayIndex(indexes[i])
                        .build());
            }
            keep(tasks.subList(0, 1));
            store.update(name, tasks);
            return tasks.stream().map(cluster::handle).toList();
        } catch (IllegalArgumentException e) {
            store.discard(name, key(request));
            throw Submission.Failed.refused(e).why();
        } catch (HpcException e) {
            JobId first = afterFailure(key(request), e).orElseThrow(() -> e);
            keep(List.of(firstSnapshot(request, first, now)));
            return tasksOf(cluster.attach(first));
        } finally {
            watcher.submitted();
        }
    }

    /** All tasks of the array that a task belongs to, in the order of their indexes. */
    private List<JobHandle> tasksOf(JobHandle task) {
        Optional<JobId> array = task.refresh().arrayId();
        return backend.list(JobQuery.all()).stream()
                .filter(j -> array.isPresent() && j.arrayId().equals(array))
                .sorted(Comparator.comparing(Job::id))
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
