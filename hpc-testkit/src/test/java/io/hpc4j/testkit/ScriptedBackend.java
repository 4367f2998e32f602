package io.hpc4j.testkit;

import io.hpc4j.core.ArrayRange;
import io.hpc4j.core.BackendUnavailableException;
import io.hpc4j.core.Capability;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.NodeInfo;
import io.hpc4j.core.QueueInfo;
import io.hpc4j.core.spi.BackendContext;
import io.hpc4j.core.spi.JobReports;
import io.hpc4j.core.spi.SchedulerBackend;
import io.hpc4j.core.spi.SchedulerBackendProvider;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A scheduler whose queue, accounting and moods a test writes itself, and which counts how it is asked. */
final class ScriptedBackend implements SchedulerBackend, SchedulerBackendProvider {

    final Map<JobId, Job> queue = new ConcurrentHashMap<>();
    final Map<JobId, Job> accounting = new ConcurrentHashMap<>();
    final Map<String, JobId> keys = new ConcurrentHashMap<>();
    final List<Instant> statusCalls = new CopyOnWriteArrayList<>();
    final AtomicInteger historyCalls = new AtomicInteger();
    final AtomicInteger submitted = new AtomicInteger();
    final AtomicInteger mostAtOnce = new AtomicInteger();
    volatile boolean isDown;
    volatile boolean answerOfSubmitIsLost;
    volatile Runnable duringStatus = () -> {};
    volatile Runnable duringSubmit = () -> {};
    volatile JobReports reports = JobReports.NONE;

    private final Clock clock;
    private final AtomicInteger inStatus = new AtomicInteger();

    ScriptedBackend(Clock clock) {
        this.clock = clock;
    }

    /** Changes what the queue says of a job. */
    void set(JobId id, JobState state) {
        queue.put(id, Job.builder(id, state).build());
    }

    /** Takes a job out of the queue. */
    void forget(JobId id) {
        queue.remove(id);
    }

    int polls() {
        return statusCalls.size();
    }

    @Override
    public String id() {
        return "scripted";
    }

    @Override
    public SchedulerBackend open(BackendContext context) {
        reports = context.reports();
        return this;
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.allOf(Capability.class);
    }

    @Override
    public JobId submit(JobRequest request) {
        if (isDown) {
            throw new BackendUnavailableException("the controller is away");
        }
        JobId id = JobId.of(Integer.toString(submitted.incrementAndGet()));
        keys.put(request.key().orElseThrow(), id);
        set(id, JobState.PENDING);
        duringSubmit.run();
        if (answerOfSubmitIsLost) {
            throw new BackendUnavailableException("the connection broke");
        }
        return id;
    }

    @Override
    public List<JobId> submitArray(JobRequest request, ArrayRange range) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Map<JobId, Job> statusOf(Collection<JobId> ids) {
        mostAtOnce.accumulateAndGet(inStatus.incrementAndGet(), Math::max);
        try {
            statusCalls.add(clock.instant());
            Map<JobId, Job> answer = pick(queue, ids);
            duringStatus.run();
            if (isDown) {
                throw new BackendUnavailableException("the controller is away");
            }
            return answer;
        } finally {
            inStatus.decrementAndGet();
        }
    }

    @Override
    public Map<JobId, Job> historyOf(Collection<JobId> ids) {
        historyCalls.incrementAndGet();
        return pick(accounting, ids);
    }

    private static Map<JobId, Job> pick(Map<JobId, Job> from, Collection<JobId> ids) {
        Map<JobId, Job> found = new HashMap<>();
        for (JobId id : ids) {
            Job job = from.get(id);
            if (job != null) {
                found.put(id, job);
            }
        }
        return found;
    }

    @Override
    public List<Job> list(JobQuery query) {
        return queue.values().stream().filter(query::matches).toList();
    }

    @Override
    public void cancel(Collection<JobId> ids) {
        ids.forEach(id -> set(id, JobState.CANCELLED));
    }

    @Override
    public void hold(Collection<JobId> ids) {
        ids.forEach(id -> set(id, JobState.HELD));
    }

    @Override
    public void release(Collection<JobId> ids) {
        ids.forEach(id -> set(id, JobState.PENDING));
    }

    @Override
    public void suspend(Collection<JobId> ids) {
        ids.forEach(id -> set(id, JobState.SUSPENDED));
    }

    @Override
    public void resume(Collection<JobId> ids) {
        ids.forEach(id -> set(id, JobState.RUNNING));
    }

    @Override
    public void requeue(Collection<JobId> ids) {
        ids.forEach(id -> set(id, JobState.PENDING));
    }

    @Override
    public Optional<JobId> findByKey(String key) {
        if (isDown) {
            throw new BackendUnavailableException("the controller is away");
        }
        return Optional.ofNullable(keys.get(key));
    }

    @Override
    public List<QueueInfo> queues() {
        return List.of();
    }

    @Override
    public List<NodeInfo> nodes() {
        return List.of();
    }

    @Override
    public void close() {}
}
