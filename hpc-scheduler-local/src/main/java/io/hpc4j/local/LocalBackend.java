package io.hpc4j.local;

import io.hpc4j.core.ArrayRange;
import io.hpc4j.core.Capability;
import io.hpc4j.core.Finding;
import io.hpc4j.core.HpcException;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobPlan;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.NodeInfo;
import io.hpc4j.core.QueueInfo;
import io.hpc4j.core.spi.Circumstances;
import io.hpc4j.core.spi.JobReports;
import io.hpc4j.core.spi.SchedulerBackend;
import io.hpc4j.core.spi.Submission;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The local cluster as a backend: takes the scheduler's lock and hands on. */
final class LocalBackend implements SchedulerBackend {

    private static final Set<Capability> CAPABILITIES = Set.copyOf(EnumSet.of(
            Capability.ARRAYS,
            Capability.ARRAY_CONCURRENCY_LIMIT,
            Capability.DEPENDENCIES,
            Capability.HOLD,
            Capability.SUSPEND,
            Capability.REQUEUE,
            Capability.PRIORITY,
            Capability.BEGIN_TIME,
            Capability.WALLTIME,
            Capability.MEMORY,
            Capability.MULTIPLE_NODES,
            Capability.GPUS,
            Capability.EXCLUSIVE,
            Capability.RETRY,
            Capability.LIVE_USAGE,
            Capability.ACCOUNTING,
            Capability.FIND_BY_KEY));

    private final SharedCluster shared;
    private final JobReports reports;
    private final LocalCluster cluster;
    private final LocalScheduler scheduler;
    private final Submissions submissions;
    private final Steering steering;
    private final Snapshots snapshots;
    private boolean closed;

    LocalBackend(SharedCluster shared, JobReports reports) {
        this.shared = shared;
        this.reports = reports;
        this.cluster = shared.cluster();
        this.scheduler = cluster.scheduler();
        this.submissions = cluster.submissions();
        this.steering = new Steering(scheduler, cluster.name());
        this.snapshots = cluster.snapshots();
    }

    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    public boolean reportsEveryChange() {
        return true;
    }

    @Override
    public JobId submit(JobRequest request) {
        Submission answer = submitAll(List.of(request)).get(0);
        if (answer instanceof Submission.Failed failed) {
            throw failed.why();
        }
        return ((Submission.Accepted) answer).id();
    }

    @Override
    public List<Submission> submitAll(List<JobRequest> requests) {
        List<Object> checked = submissions.check(requests);
        synchronized (scheduler) {
            checkOpen();
            List<Submission> answers = submissions.submit(checked);
            cluster.afterwards();
            return answers;
        }
    }

    @Override
    public List<JobId> submitArray(JobRequest request, ArrayRange range) {
        Object checked = submissions.check(List.of(request)).get(0);
        if (checked instanceof HpcException e) {
            throw e;
        }
        synchronized (scheduler) {
            checkOpen();
            List<JobId> ids = submissions.submitArray((JobRequest) checked, range);
            cluster.afterwards();
            return ids;
        }
    }

    @Override
    public Map<JobId, Job> statusOf(Collection<JobId> ids) {
        Map<JobId, Job> found = new HashMap<>();
        synchronized (scheduler) {
            checkOpen();
            for (JobId id : ids) {
                LocalJob job = scheduler.model.job(id);
                if (job != null) {
                    found.put(id, snapshots.of(job));
                }
            }
        }
        return found;
    }

    @Override
    public List<Job> list(JobQuery query) {
        synchronized (scheduler) {
            checkOpen();
            List<LocalJob> found = new ArrayList<>();
            for (LocalJob job : scheduler.model.jobs()) {
                if (matches(query, job)) {
                    found.add(job);
                }
            }
            int from = query.limit() == 0 ? 0 : Math.max(0, found.size() - query.limit());
            return found.subList(from, found.size()).stream().map(snapshots::of).toList();
        }
    }

    /** As {@link JobQuery#matches}, without a snapshot. */
    private boolean matches(JobQuery query, LocalJob job) {
        return (query.states().isEmpty() || query.states().contains(Snapshots.state(job)))
                && query.owner().map(Snapshots.owner()::equals).orElse(true)
                && query.queue().map(snapshots.queue(job)::equals).orElse(true)
                && query.name().map(n -> n.equals(job.request.nameOrDefault())).orElse(true)
                && job.request.labels().entrySet().containsAll(query.labels().entrySet());
    }

    private void steer(Consumer<Collection<JobId>> action, Collection<JobId> ids) {
        synchronized (scheduler) {
            checkOpen();
            try {
                action.accept(ids);
            } finally {
                cluster.afterwards();
            }
        }
    }

    @Override
    public void cancel(Collection<JobId> ids) {
        steer(steering::cancel, ids);
    }

    @Override
    public void hold(Collection<JobId> ids) {
        steer(steering::hold, ids);
    }

    @Override
    public void release(Collection<JobId> ids) {
        steer(steering::release, ids);
    }

    @Override
    public void suspend(Collection<JobId> ids) {
        steer(steering::suspend, ids);
    }

    @Override
    public void resume(Collection<JobId> ids) {
        steer(steering::resume, ids);
    }

    @Override
    public void requeue(Collection<JobId> ids) {
        steer(steering::requeue, ids);
    }

    @Override
    public Optional<JobId> findByKey(String key) {
        synchronized (scheduler) {
            checkOpen();
            return scheduler.model.byKey(key).map(job -> job.id);
        }
    }

    @Override
    public Optional<JobRequest> requestOf(JobId id) {
        synchronized (scheduler) {
            checkOpen();
            return Optional.ofNullable(scheduler.model.job(id)).map(job -> job.request);
        }
    }

    @Override
    public JobPlan plan(JobRequest request) {
        checkOpenLocked();
        return cluster.plan().of(request);
    }

    @Override
    public JobPlan planArray(JobRequest request, ArrayRange range) {
        checkOpenLocked();
        return cluster.plan().of(request, Optional.of(range));
    }

    @Override
    public Circumstances explain(Job job) {
        checkOpenLocked();
        return cluster.reasons().of(job.id());
    }

    @Override
    public List<Finding> findings() {
        synchronized (scheduler) {
            checkOpen();
            return LocalFindings.of(cluster);
        }
    }

    @Override
    public List<QueueInfo> queues() {
        synchronized (scheduler) {
            checkOpen();
            return cluster.queues().stream()
                    .sorted(Comparator.comparing(QueueInfo::name))
                    .toList();
        }
    }

    @Override
    public List<NodeInfo> nodes() {
        synchronized (scheduler) {
            checkOpen();
            return cluster.keeper().info();
        }
    }

    @Override
    public void close() {
        synchronized (scheduler) {
            if (closed) {
                return;
            }
            closed = true;
        }
        shared.leave(reports);
    }

    /** For what takes the lock itself, and not for long. */
    private void checkOpenLocked() {
        synchronized (scheduler) {
            checkOpen();
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException(cluster.name() + " is closed");
        }
    }
}
