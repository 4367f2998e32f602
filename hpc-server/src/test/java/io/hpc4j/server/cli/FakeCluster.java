package io.hpc4j.server.cli;

import io.hpc4j.core.ArrayRange;
import io.hpc4j.core.BackendUnavailableException;
import io.hpc4j.core.Capability;
import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.Finding;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobPlan;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.NoSuchJobException;
import io.hpc4j.core.NodeInfo;
import io.hpc4j.core.QueueInfo;
import io.hpc4j.core.Reason;
import io.hpc4j.core.spi.BackendContext;
import io.hpc4j.core.spi.Circumstances;
import io.hpc4j.core.spi.JobReports;
import io.hpc4j.core.spi.SchedulerBackend;
import io.hpc4j.core.spi.SchedulerBackendProvider;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A cluster in memory whose jobs do nothing: one called {@code exit N} ends with that code, one called {@code stay} runs
 * until it is cancelled, one called {@code wait} stays pending.
 */
public final class FakeCluster implements SchedulerBackendProvider {

    private final Map<JobId, Job> jobs = new LinkedHashMap<>();
    private final List<JobRequest> requests = new ArrayList<>();
    private final List<String> steered = new ArrayList<>();
    private Set<Capability> capabilities = EnumSet.allOf(Capability.class);
    private volatile boolean isAway;
    private Optional<RuntimeException> trouble = Optional.empty();
    private int last;

    /** From now on every call fails like this. */
    public synchronized void fail(RuntimeException e) {
        trouble = Optional.of(e);
    }

    /** From now on it cannot be opened. */
    public void leave() {
        isAway = true;
    }

    /** Offers only these. */
    public synchronized void offer(Set<Capability> all) {
        capabilities = all;
    }

    /** What was submitted. */
    public synchronized List<JobRequest> requests() {
        return List.copyOf(requests);
    }

    /** Verbs and ids, in the order of the calls. */
    public synchronized List<String> steered() {
        return List.copyOf(steered);
    }

    /** Puts a job there as it is. */
    public synchronized void put(Job job) {
        jobs.put(job.id(), job);
    }

    @Override
    public String id() {
        return "local";
    }

    @Override
    public SchedulerBackend open(BackendContext context) {
        if (isAway) {
            throw new BackendUnavailableException("the controller is away");
        }
        return new Backend(context.reports());
    }

    private final class Backend implements SchedulerBackend {

        private final JobReports reports;

        Backend(JobReports reports) {
            this.reports = reports;
        }

        @Override
        public Set<Capability> capabilities() {
            return capabilities;
        }

        @Override
        public JobId submit(JobRequest request) {
            return submit(request, Optional.empty(), OptionalInt.empty());
        }

        private JobId submit(JobRequest request, Optional<JobId> array, OptionalInt index) {
            Job job;
            synchronized (FakeCluster.this) {
                trouble();
                requests.add(request);
                String id = array.map(a -> a + "_" + index.getAsInt()).orElseGet(() -> Integer.toString(++last));
                Job.Builder builder = Job.builder(JobId.of(id), JobState.PENDING)
                        .name(request.nameOrDefault())
                        .arrayId(array.orElse(null))
                        .arrayIndex(index.orElse(-1))
                        .submittedAt(Instant.parse("2026-03-01T10:00:00Z"))
                        .queue(request.queue().orElse("batch"))
                        .slots(request.slots())
                        .key(request.key().orElse(null))
                        .labels(request.labels());
                job = play(builder, request.nameOrDefault());
                jobs.put(job.id(), job);
            }
            reports.report(List.of(job));
            return job.id();
        }

        private Job play(Job.Builder job, String name) {
            if (name.equals("wait")) {
                return job.reason("no free slots").build();
            }
            job.startedAt(Instant.parse("2026-03-01T10:00:01Z")).nodes(List.of("node1"));
            if (name.equals("stay")) {
                return job.state(JobState.RUNNING).build();
            }
            int code = name.startsWith("exit ") ? Integer.parseInt(name.substring(5)) : 0;
            return job.state(code == 0 ? JobState.COMPLETED : JobState.FAILED)
                    .exitStatus(ExitStatus.ofCode(code))
                    .endedAt(Instant.parse("2026-03-01T10:00:03Z"))
                    .build();
        }

        @Override
        public List<JobId> submitArray(JobRequest request, ArrayRange range) {
            Optional<JobId> array;
            synchronized (FakeCluster.this) {
                array = Optional.of(JobId.of(Integer.toString(++last)));
            }
            return range.indexes()
                    .mapToObj(i -> submit(request, array, OptionalInt.of(i)))
                    .toList();
        }

        @Override
        public Map<JobId, Job> statusOf(Collection<JobId> ids) {
            synchronized (FakeCluster.this) {
                trouble();
                Map<JobId, Job> found = new LinkedHashMap<>(jobs);
                found.keySet().retainAll(ids);
                return found;
            }
        }

        @Override
        public List<Job> list(JobQuery query) {
            synchronized (FakeCluster.this) {
                trouble();
                List<Job> all = jobs.values().stream().filter(query::matches).toList();
                return query.limit() == 0 || query.limit() > all.size()
                        ? all
                        : all.subList(all.size() - query.limit(), all.size());
            }
        }

        private void steer(String verb, Collection<JobId> ids) {
            synchronized (FakeCluster.this) {
                trouble();
                for (JobId id : ids) {
                    Job job = jobs.get(id);
                    if (job == null) {
                        throw new NoSuchJobException("fake: no job " + id);
                    }
                    steered.add(verb + " " + id);
                    if (verb.equals("cancel") && !job.state().isEnded()) {
                        jobs.put(
                                id,
                                job.toBuilder()
                                        .state(JobState.CANCELLED)
                                        .endedAt(Instant.parse("2026-03-01T10:00:05Z"))
                                        .build());
                    }
                }
            }
            reports.report(statusOf(ids).values());
        }

        @Override
        public void cancel(Collection<JobId> ids) {
            steer("cancel", ids);
        }

        @Override
        public void hold(Collection<JobId> ids) {
            steer("hold", ids);
        }

        @Override
        public void release(Collection<JobId> ids) {
            steer("release", ids);
        }

        @Override
        public void suspend(Collection<JobId> ids) {
            steer("suspend", ids);
        }

        @Override
        public void resume(Collection<JobId> ids) {
            steer("resume", ids);
        }

        @Override
        public void requeue(Collection<JobId> ids) {
            steer("requeue", ids);
        }

        @Override
        public Optional<JobId> findByKey(String key) {
            synchronized (FakeCluster.this) {
                trouble();
                return jobs.values().stream()
                        .filter(j -> j.key().filter(key::equals).isPresent())
                        .map(Job::id)
                        .findFirst();
            }
        }

        /** Knows the queue {@code batch} only. */
        @Override
        public JobPlan plan(JobRequest request) {
            trouble();
            JobPlan.Builder plan = JobPlan.builder(request)
                    .command(List.of("fake-submit", "--name=" + request.nameOrDefault()))
                    .script("#!/bin/sh\n")
                    .warning("this is not real")
                    .nodes(List.of("node1"))
                    .expectedStart(Instant.parse("2026-03-01T10:00:00Z"));
            request.queue()
                    .filter(q -> !q.equals("batch"))
                    .ifPresent(q -> plan.refused("queue", "there is no queue '" + q + "'"));
            return plan.build();
        }

        @Override
        public Circumstances explain(Job job) {
            trouble();
            Reason reason = Reason.of(Reason.Type.QUEUE_LIMIT).with("queue", "batch");
            return new Circumstances(
                    Optional.of(
                            JobRequest.command("x").memoryPerNodeBytes(1 << 30).build()),
                    job.state() == JobState.PENDING ? List.of(reason) : List.of(),
                    Optional.of(Instant.parse("2026-03-01T11:00:00Z")));
        }

        @Override
        public List<Finding> findings() {
            trouble();
            return List.of(
                    Finding.ok("accounting", "it is on"),
                    Finding.warning("arrays", "at most 1000 tasks", "ask for \u001b[31mmore"));
        }

        @Override
        public Optional<JobRequest> requestOf(JobId id) {
            synchronized (FakeCluster.this) {
                Optional<String> key = Optional.ofNullable(jobs.get(id)).flatMap(Job::key);
                return requests.stream()
                        .filter(r -> key.isPresent() && r.key().equals(key))
                        .findFirst();
            }
        }

        @Override
        public List<QueueInfo> queues() {
            return List.of(new QueueInfo(
                    "batch",
                    true,
                    true,
                    "open",
                    OptionalInt.of(1),
                    Optional.empty(),
                    OptionalInt.empty(),
                    4,
                    0,
                    1,
                    List.of("node1", "node2")));
        }

        @Override
        public List<NodeInfo> nodes() {
            return List.of(new NodeInfo(
                    "node1",
                    NodeInfo.State.UP,
                    "up",
                    Optional.empty(),
                    2,
                    1,
                    OptionalLong.of(4L << 30),
                    OptionalLong.of(1L << 30),
                    0,
                    0,
                    OptionalDouble.of(0.5),
                    List.of("batch")));
        }

        @Override
        public void close() {
            reports.wake();
        }

        private void trouble() {
            trouble.ifPresent(e -> {
                throw e;
            });
        }
    }
}
