package io.hpc4j.core;

import io.hpc4j.core.spi.SchedulerBackend;
import io.hpc4j.core.spi.Submission;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Submits each request once: its key is in the store before anything is sent, travels with the job, and after an
 * unclear answer the job is looked for by its key.
 */
final class Submitter {

    private static final Logger log = LoggerFactory.getLogger(Submitter.class);

    /** The label of a remembered request that says which array it is, and by which key. */
    private static final String ARRAY = "hpc4j.array";

    /** How often the tasks of an array are asked for until all are listed. */
    private static final int LISTINGS = 20;

    private final Cluster cluster;
    private final String name;
    private final SchedulerBackend backend;
    private final JobStore store;
    private final JobWatcher watcher;
    private final JobEvents events;
    private final Metrics metrics;
    private final Clock clock;

    /** Arrays that were taken up, by their first task, and not all of whose tasks are listed yet. */
    private final Map<Job, ArrayRange> incomplete = new ConcurrentHashMap<>();

    /** Held while requests with the caller's own keys are on their way, since two may have the same key. */
    private final Object keyedSubmissions = new Object();

    Submitter(
            Cluster cluster,
            SchedulerBackend backend,
            JobStore store,
            JobWatcher watcher,
            JobEvents events,
            Metrics metrics,
            Clock clock) {
        this.cluster = cluster;
        this.name = cluster.uri().toString();
        this.backend = backend;
        this.store = store;
        this.watcher = watcher;
        this.events = events;
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
            Optional<JobHandle> known = known(requests.get(i));
            if (known.isPresent()) {
                handles.put(i, known.get());
            } else {
                fresh.add(i);
            }
        }
        return fresh;
    }

    /** The job that a key stands for already: in the store or, if an earlier process was cut off, in the scheduler. */
    private Optional<JobHandle> known(JobRequest request) {
        if (request.key().isEmpty()) {
            return Optional.empty();
        }
        String key = key(request);
        Optional<StoredJob> stored = store.findByKey(name, key);
        Optional<JobId> id = stored.flatMap(StoredJob::id);
        if (id.isEmpty() && backend.capabilities().contains(Capability.FIND_BY_KEY)) {
            id = backend.findByKey(key);
            if (id.isPresent() && stored.isPresent()) {
                store.bind(name, List.of(new JobStore.Binding(key, id.get())));
            }
        }
        return id.map(known -> attach(known, request));
    }

    /** A scheduler that has just taken a job may not list it yet. */
    private JobHandle attach(JobId id, JobRequest request) {
        try {
            JobHandle handle = cluster.attach(id);
            if (handle.job().isFinal()
                    && store.findByKey(name, key(request))
                            .filter(StoredJob::isOpen)
                            .isPresent()) {
                store.update(name, List.of(handle.job()));
                cluster.endRecorded();
            }
            return handle;
        } catch (NoSuchJobException e) {
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
            keep(taken.values(), taken.values().stream().map(Submitter::binding).toList());
            taken.forEach((position, job) -> handles.put(position, cluster.handle(job)));
        } finally {
            watcher.submitted();
        }
    }

    /**
     * Before the jobs are watched, so that nothing newer is overwritten; and the binding last, so that a process that
     * dies in between leaves a key to look for. The scheduler has them: a store that is away does not undo that.
     */
    private void keep(Collection<Job> jobs, Collection<JobStore.Binding> bindings) {
        try {
            store.update(name, jobs);
            store.bind(name, bindings);
        } catch (RuntimeException e) {
            log.warn("{}: the store does not take {} new jobs now: {}", name, jobs.size(), e.toString());
            events.keepLater(jobs, bindings);
        }
    }

    private static JobStore.Binding binding(Job job) {
        return new JobStore.Binding(job.key().orElseThrow(), job.id());
    }

    /** One request goes by {@code submit}, which for some schedulers says more than {@code submitAll}. */
    private List<Submission> callBackend(List<JobRequest> requests) {
        try {
            if (requests.size() > 1) {
                return backend.submitAll(requests);
            }
            return List.of(new Submission.Accepted(backend.submit(requests.get(0))));
        } catch (HpcException e) {
            return Collections.nCopies(requests.size(), new Submission.Failed(e));
        } catch (IllegalArgumentException e) {
            return Collections.nCopies(requests.size(), Submission.Failed.refused(e));
        }
    }

    /** A refusal is final. After an unclear answer the scheduler may have taken the job all the same: look for it. */
    private Optional<JobId> afterFailure(String key, HpcException why) {
        if (!why.isTransient()) {
            discard(key, why);
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

    /** What the scheduler said is what the caller has to hear, whether or not the store takes it. */
    private void discard(String key, HpcException why) {
        try {
            store.discard(name, key);
        } catch (RuntimeException e) {
            why.addSuppressed(e);
        }
    }

    List<JobHandle> submitArray(JobRequest request, ArrayRange range) {
        RequestCheck.checkArray(cluster.uri(), backend.capabilities(), range);
        RequestCheck.check(cluster.uri(), backend.capabilities(), request);
        if (request.key().isEmpty()) {
            return submitArrayOnce(request.withKey(newKey()), range);
        }
        synchronized (keyedSubmissions) {
            return known(request)
                    .map(first -> tasksOf(first, request, range))
                    .orElseGet(() -> submitArrayOnce(request, range));
        }
    }

    private List<JobHandle> submitArrayOnce(JobRequest request, ArrayRange range) {
        Instant now = clock.instant();
        if (store.findByKey(name, key(request)).isEmpty()) {
            store.recordIntents(name, List.of(withRange(request, range)), now);
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
            keep(tasks, List.of(binding(tasks.get(0))));
            return tasks.stream().map(cluster::handle).toList();
        } catch (IllegalArgumentException e) {
            HpcException refused = Submission.Failed.refused(e).why();
            discard(key(request), refused);
            throw refused;
        } catch (HpcException e) {
            JobId first = afterFailure(key(request), e).orElseThrow(() -> e);
            return tasksOf(attach(first, request), request, range);
        } finally {
            watcher.submitted();
        }
    }

    /**
     * All tasks of an array that is known by its first one, in the order of their indexes. A scheduler may be slow to
     * list them: then it is asked again, a few times.
     */
    private List<JobHandle> tasksOf(JobHandle first, JobRequest request, ArrayRange range) {
        List<Job> tasks = listed(first.job(), key(request));
        for (int tries = 1; tasks.size() < range.size() && tries < LISTINGS; tries++) {
            tasks = listed(first.refresh(), key(request));
        }
        if (tasks.size() < range.size()) {
            throw new BackendUnavailableException(
                    "array %s was submitted, but %d of its %d tasks are listed now; submit it again with the key '%s'"
                            .formatted(first.id(), tasks.size(), range.size(), key(request)));
        }
        keepTasks(tasks, key(request), first.id());
        return tasks.stream().map(cluster::handle).toList();
    }

    /** The tasks that the scheduler lists, by their array or their key. */
    private List<Job> listed(Job first, String key) {
        return backend.list(JobQuery.all()).stream()
                .filter(j -> j.key().equals(Optional.of(key))
                        || (first.arrayId().isPresent() && j.arrayId().equals(first.arrayId())))
                .sorted(Comparator.comparing(Job::id))
                .toList();
    }

    /** Keeps those that the store has never heard of, and then what their key stands for. */
    private void keepTasks(List<Job> tasks, String key, JobId first) {
        List<Job> unknown = tasks.stream()
                .filter(t -> store.find(name, t.id()).flatMap(StoredJob::job).isEmpty())
                .toList();
        store.update(name, unknown);
        store.bind(name, List.of(new JobStore.Binding(key, first)));
        if (unknown.stream().anyMatch(Job::isFinal)) {
            cluster.endRecorded();
        }
    }

    /** Takes up what an earlier process with the same store left open. */
    void takeUp() {
        Map<JobId, Job> jobs = new LinkedHashMap<>();
        for (StoredJob stored : store.open(name)) {
            stored.job()
                    .ifPresentOrElse(
                            job -> jobs.put(job.id(), job),
                            () -> takenUp(stored).forEach(job -> jobs.putIfAbsent(job.id(), job)));
        }
        jobs.values().forEach(cluster::handle);
    }

    /** A request that was about to be sent: perhaps the scheduler has it, as a job or as the tasks of an array. */
    private List<Job> takenUp(StoredJob stored) {
        Optional<JobRequest> request = stored.request();
        Optional<JobId> id = stored.id();
        if (id.isEmpty() && backend.capabilities().contains(Capability.FIND_BY_KEY)) {
            id = backend.findByKey(stored.key());
        }
        if (id.isEmpty() || request.isEmpty()) {
            return List.of();
        }
        Job first = firstSnapshot(request.get(), id.get(), stored.recordedAt());
        Optional<ArrayRange> range = range(request.get());
        if (range.isPresent() && !takeUpTasks(first, range.get())) {
            incomplete.put(first, range.get());
        }
        if (range.isEmpty()) {
            keepTasks(List.of(first), stored.key(), first.id());
        }
        return List.of(first);
    }

    /** Watches the tasks that are listed, and returns whether these are all. Only then is their key done with. */
    private boolean takeUpTasks(Job first, ArrayRange range) {
        List<Job> tasks = listed(first, first.key().orElseThrow());
        if (tasks.size() >= range.size()) {
            keepTasks(tasks, first.key().orElseThrow(), first.id());
        }
        tasks.forEach(cluster::handle);
        return tasks.size() >= range.size();
    }

    /** Looks again for tasks that were not listed when their array was taken up; returns whether some still are not. */
    boolean lookForTasks() {
        incomplete.entrySet().removeIf(e -> takeUpTasks(e.getKey(), e.getValue()));
        return !incomplete.isEmpty();
    }

    /** What the store remembers of an array, so that a later process knows how many tasks to look for. */
    private static JobRequest withRange(JobRequest request, ArrayRange range) {
        return request.toBuilder().label(ARRAY, range + " " + key(request)).build();
    }

    /** Counts with its own key only: a remembered request may be submitted again as something else. */
    private static Optional<ArrayRange> range(JobRequest request) {
        String[] words = request.labels().getOrDefault(ARRAY, "").split(" ", 2);
        return words.length == 2 && words[1].equals(key(request))
                ? Optional.of(ArrayRange.parse(words[0]))
                : Optional.empty();
    }

    private static Job firstSnapshot(JobRequest request, JobId id, Instant now) {
        return Job.builder(id, request.held() ? JobState.HELD : JobState.SUBMITTED)
                .name(request.nameOrDefault())
                .key(key(request))
                .labels(labels(request))
                .queue(request.queue().orElse(null))
                .account(request.account().orElse(null))
                .walltime(request.walltime().orElse(null))
                .slots(request.slots())
                .submittedAt(now)
                .build();
    }

    private static Map<String, String> labels(JobRequest request) {
        Map<String, String> labels = new HashMap<>(request.labels());
        labels.remove(ARRAY);
        return labels;
    }

    private static String key(JobRequest request) {
        return request.key().orElseThrow();
    }

    private static String newKey() {
        return UUID.randomUUID().toString();
    }
}
