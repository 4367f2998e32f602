package io.hpc4j.core;

import io.hpc4j.core.Explanation.Output;
import io.hpc4j.core.spi.SchedulerBackend;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/** Says beforehand what would happen, and afterwards why it did. */
final class Insight {

    private final Cluster cluster;
    private final SchedulerBackend backend;
    private final JobStore store;
    private final Clock clock;

    Insight(Cluster cluster, SchedulerBackend backend, JobStore store, Clock clock) {
        this.cluster = cluster;
        this.backend = backend;
        this.store = store;
        this.clock = clock;
    }

    JobPlan plan(JobRequest request) {
        return checked(backend.plan(request), RequestCheck.missing(backend.capabilities(), request));
    }

    JobPlan planArray(JobRequest request, ArrayRange range) {
        Map<String, Capability> missing = RequestCheck.missing(backend.capabilities(), request);
        missing.putAll(RequestCheck.missing(backend.capabilities(), range));
        return checked(backend.planArray(request, range), missing);
    }

    private JobPlan checked(JobPlan plan, Map<String, Capability> missing) {
        if (missing.isEmpty()) {
            return plan;
        }
        JobPlan.Builder out = plan.toBuilder();
        missing.forEach(
                (field, capability) -> out.refused(field, "%s does not offer %s".formatted(cluster.uri(), capability)));
        return out.build();
    }

    Explanation explain(JobId id) {
        Job job = cluster.find(id)
                .orElseThrow(() -> new NoSuchJobException("%s knows no job %s".formatted(cluster.uri(), id)));
        Optional<JobRequest> request = store.find(cluster.uri().toString(), id).flatMap(StoredJob::request);
        return Explainer.explain(job, request, backend.explain(job), stderr(job), clock.instant());
    }

    /** Only of a job that ran and did not succeed. */
    private Optional<Output> stderr(Job job) {
        boolean wanted = job.state().isEnded()
                && !job.isSuccess()
                && (job.startedAt().isPresent() || job.exitStatus().isPresent());
        return job.stderr().filter(path -> wanted).map(path -> OutputTail.read(cluster.files(), path));
    }
}
