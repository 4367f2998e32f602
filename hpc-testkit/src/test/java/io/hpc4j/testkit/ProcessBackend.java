package io.hpc4j.testkit;

import io.hpc4j.core.Capability;
import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.NoSuchJobException;
import io.hpc4j.core.NodeInfo;
import io.hpc4j.core.RejectedJobException;
import io.hpc4j.core.spi.SchedulerBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The least that is a backend: child processes of this one, first come, first served. It offers almost nothing. */
class ProcessBackend implements SchedulerBackend {

    /** The machine, which goes on when a backend is closed. */
    static final class Machine {
        private final Path folder;
        private final int slots;
        private final Map<JobId, Entry> jobs = new LinkedHashMap<>();
        private final Deque<Entry> waiting = new ArrayDeque<>();
        private int used;

        Machine(Path folder, int slots) {
            this.folder = folder;
            this.slots = slots;
        }
    }

    private static final class Entry {
        private final JobRequest request;
        private Job job;
        private @Nullable Process process;

        private Entry(JobRequest request, Job job) {
            this.request = request;
            this.job = job;
        }
    }

    private final Machine machine;

    ProcessBackend(Machine machine) {
        this.machine = machine;
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.FIND_BY_KEY);
    }

    @Override
    public JobId submit(JobRequest request) {
        synchronized (machine) {
            if (request.queue().isPresent() || request.slots() > machine.slots) {
                throw new RejectedJobException("no queue %s, or no %d slots; there are %d slots and no queues"
                        .formatted(request.queue().orElse(""), request.slots(), machine.slots));
            }
            JobId id = JobId.of(Integer.toString(machine.jobs.size() + 1));
            ProcessScript script = ProcessScript.of(request, id, machine.folder);
            Job job = Job.builder(id, JobState.PENDING)
                    .name(request.nameOrDefault())
                    .owner(ProcessScript.USER)
                    .key(request.key().orElse(null))
                    .labels(request.labels())
                    .slots(request.slots())
                    .submittedAt(Instant.now())
                    .workingDirectory(script.directory())
                    .stdout(script.stdout())
                    .stderr(script.stderr())
                    .build();
            Entry entry = new Entry(request, job);
            machine.jobs.put(id, entry);
            machine.waiting.add(entry);
            dispatch();
            return id;
        }
    }

    private void dispatch() {
        for (Entry next = machine.waiting.peek();
                next != null && machine.used + next.request.slots() <= machine.slots;
                next = machine.waiting.peek()) {
            machine.waiting.remove();
            machine.used += next.request.slots();
            next.job = next.job.toBuilder()
                    .state(JobState.RUNNING)
                    .startedAt(Instant.now())
                    .nodes(List.of("here"))
                    .build();
            next.process = start(next);
            Entry started = next;
            Future<?> unused = next.process.onExit().thenAccept(p -> ended(started, p.exitValue()));
        }
    }

    private Process start(Entry entry) {
        ProcessBuilder builder = new ProcessBuilder(
                "/bin/sh", machine.folder.resolve(entry.job.id() + ".sh").toString());
        prepare(builder.environment());
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void prepare(Map<String, String> environment) {
        environment.clear();
        environment.put("PATH", "/usr/local/bin:/usr/bin:/bin");
    }

    ExitStatus exitStatus(int code) {
        return ExitStatus.ofCode(code);
    }

    private void ended(Entry entry, int code) {
        synchronized (machine) {
            machine.used -= entry.request.slots();
            ExitStatus status = exitStatus(code);
            boolean cancelled = entry.job.reason().isPresent();
            JobState state = cancelled ? JobState.CANCELLED : status.isSuccess() ? JobState.COMPLETED : JobState.FAILED;
            entry.job = entry.job.toBuilder()
                    .state(state)
                    .exitStatus(status)
                    .endedAt(Instant.now())
                    .build();
            dispatch();
        }
    }

    @Override
    public void cancel(Collection<JobId> ids) {
        synchronized (machine) {
            ids.stream()
                    .map(machine.jobs::get)
                    .filter(Objects::nonNull)
                    .filter(e -> !e.job.state().isEnded())
                    .forEach(this::cancel);
            if (!machine.jobs.keySet().containsAll(ids)) {
                throw new NoSuchJobException("not all of " + ids + " are known");
            }
        }
    }

    private void cancel(Entry entry) {
        entry.job = entry.job.toBuilder().reason("cancelled").build();
        if (machine.waiting.remove(entry)) {
            entry.job = entry.job.toBuilder()
                    .state(JobState.CANCELLED)
                    .endedAt(Instant.now())
                    .build();
        } else if (entry.process != null) {
            Stream.concat(Stream.of(entry.process.toHandle()), entry.process.descendants())
                    .toList()
                    .forEach(ProcessHandle::destroyForcibly);
        }
    }

    @Override
    public Map<JobId, Job> statusOf(Collection<JobId> ids) {
        synchronized (machine) {
            Map<JobId, Job> known = new HashMap<>();
            for (JobId id : ids) {
                Optional.ofNullable(machine.jobs.get(id)).ifPresent(e -> known.put(id, e.job));
            }
            return known;
        }
    }

    @Override
    public List<Job> list(JobQuery query) {
        synchronized (machine) {
            Stream<Job> newestFirst = machine.jobs.values().stream()
                    .map(e -> e.job)
                    .filter(query::matches)
                    .sorted(Comparator.comparing(Job::id).reversed());
            return (query.limit() == 0 ? newestFirst : newestFirst.limit(query.limit()))
                    .sorted(Comparator.comparing(Job::id))
                    .collect(Collectors.toList());
        }
    }

    @Override
    public Optional<JobId> findByKey(String key) {
        return list(JobQuery.all()).stream()
                .filter(j -> j.key().equals(Optional.of(key)))
                .map(Job::id)
                .findFirst();
    }

    @Override
    public List<NodeInfo> nodes() {
        synchronized (machine) {
            return List.of(new NodeInfo(
                    "here",
                    NodeInfo.State.UP,
                    "up",
                    Optional.empty(),
                    machine.slots,
                    machine.used,
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    0,
                    0,
                    OptionalDouble.empty(),
                    List.of()));
        }
    }
}
