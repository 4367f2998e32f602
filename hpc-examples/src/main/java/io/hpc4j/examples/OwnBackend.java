package io.hpc4j.examples;

import io.hpc4j.core.Capability;
import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.Payload;
import io.hpc4j.core.RejectedJobException;
import io.hpc4j.core.spi.BackendContext;
import io.hpc4j.core.spi.CommandLine;
import io.hpc4j.core.spi.CommandResult;
import io.hpc4j.core.spi.SchedulerBackend;
import io.hpc4j.core.spi.SchedulerBackendProvider;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A whole backend: runs each command at once, to its end, through the transport. What it cannot do it does not offer. */
public final class OwnBackend implements SchedulerBackendProvider {

    /** Needs nothing. */
    public OwnBackend() {}

    @Override
    public String id() {
        return "now";
    }

    @Override
    public SchedulerBackend open(BackendContext context) {
        return new NowBackend(context);
    }

    private static final class NowBackend implements SchedulerBackend {
        private final BackendContext context;
        private final Map<JobId, Job> jobs = new ConcurrentHashMap<>();

        private NowBackend(BackendContext context) {
            this.context = context;
        }

        @Override
        public Set<Capability> capabilities() {
            return Set.of(Capability.FIND_BY_KEY);
        }

        @Override
        public JobId submit(JobRequest request) {
            if (!(request.payload() instanceof Payload.Command command)) {
                throw new RejectedJobException("now: runs commands, not scripts");
            }
            CommandResult result = context.transport().run(CommandLine.of(command.arguments()));
            ExitStatus exit = result.exitStatus();
            JobId id = JobId.of(Integer.toString(jobs.size() + 1));
            jobs.put(
                    id,
                    Job.builder(id, exit.isSuccess() ? JobState.COMPLETED : JobState.FAILED)
                            .key(request.key().orElseThrow())
                            .name(request.nameOrDefault())
                            .exitStatus(exit)
                            .build());
            return id;
        }

        @Override
        public Map<JobId, Job> statusOf(Collection<JobId> ids) {
            Map<JobId, Job> found = new ConcurrentHashMap<>(jobs);
            found.keySet().retainAll(Set.copyOf(ids));
            return found;
        }

        @Override
        public List<Job> list(JobQuery query) {
            return jobs.values().stream().filter(query::matches).toList();
        }

        @Override
        public Optional<JobId> findByKey(String key) {
            return jobs.values().stream()
                    .filter(j -> j.key().equals(Optional.of(key)))
                    .map(Job::id)
                    .findFirst();
        }

        @Override
        public void cancel(Collection<JobId> ids) {}
    }
}
