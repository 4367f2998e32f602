package io.hpc4j.core.internal;

import io.hpc4j.core.Capability;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.spi.SchedulerBackend;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Has no jobs. */
final class NothingBackend implements SchedulerBackend {

    @Override
    public Set<Capability> capabilities() {
        return Set.of();
    }

    @Override
    public JobId submit(JobRequest request) {
        return JobId.of("1");
    }

    @Override
    public Map<JobId, Job> statusOf(Collection<JobId> ids) {
        return Map.of();
    }

    @Override
    public List<Job> list(JobQuery query) {
        return List.of();
    }

    @Override
    public void cancel(Collection<JobId> ids) {}
}
