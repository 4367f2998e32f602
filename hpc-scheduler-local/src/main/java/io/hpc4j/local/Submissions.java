package io.hpc4j.local;

import io.hpc4j.core.ArrayRange;
import io.hpc4j.core.BackendUnavailableException;
import io.hpc4j.core.Dependency;
import io.hpc4j.core.HpcException;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.Payload;
import io.hpc4j.core.RejectedJobException;
import io.hpc4j.core.spi.Submission;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Takes requests in: checks them, keeps them in the journal, hands them to the scheduler. */
final class Submissions {

    private final LocalScheduler scheduler;
    private final Admission admission;
    private final UnitStarts starts;
    private final int environment;

    Submissions(LocalScheduler scheduler, Admission admission, UnitStarts starts, int environment) {
        this.scheduler = scheduler;
        this.admission = admission;
        this.starts = starts;
        this.environment = environment;
    }

    int environment() {
        return environment;
    }

    /** What can be checked without the lock: a request to keep, or why not. */
    List<Object> check(List<JobRequest> requests) {
        Admission.Checks checks = admission.new Checks();
        List<Object> checked = new ArrayList<>(requests.size());
        for (JobRequest request : requests) {
            try {
                checked.add(checks.check(request));
            } catch (HpcException e) {
                checked.add(e);
            }
        }
        return checked;
    }

    /** Submits what {@link #check} returned; the caller holds the scheduler's lock. */
    List<Submission> submit(List<Object> checked) {
        List<Submission> answers = new ArrayList<>(checked.size());
        List<LocalJob> jobs = new ArrayList<>(checked.size());
        Map<String, LocalJob> fresh = new HashMap<>();
        long number = scheduler.model.nextNumber;
        long now = scheduler.nowMillis();
        for (Object one : checked) {
            try {
                answers.add(new Submission.Accepted(take(one, number, now, jobs, fresh)));
                number = scheduler.model.nextNumber + jobs.size();
            } catch (HpcException e) {
                answers.add(new Submission.Failed(e));
            }
        }
        if (jobs.isEmpty()) {
            return answers;
        }
        try {
            scheduler.ledger.write(jobs.stream().map(Records::job).toList());
        } catch (BackendUnavailableException e) {
            jobs.forEach(this::undo);
            answers.replaceAll(a -> a instanceof Submission.Accepted x && fresh(x.id()) ? new Submission.Failed(e) : a);
            return answers;
        }
        jobs.forEach(scheduler.model::add);
        jobs.forEach(scheduler::enqueue);
        scheduler.commit();
        return answers;
    }

    private boolean fresh(JobId id) {
        return scheduler.model.job(id) == null;
    }

    private JobId take(Object checked, long number, long now, List<LocalJob> jobs, Map<String, LocalJob> fresh) {
        if (checked instanceof HpcException e) {
            throw e;
        }
        JobRequest request = (JobRequest) checked;
        String key = request.key().orElse("");
        LocalJob same = key.isEmpty() ? null : scheduler.model.byKey(key).orElse(fresh.get(key));
        if (same != null) {
            return same.id;
        }
        checkDependencies(request);
        LocalJob job = new LocalJob(admission.common(request, number, now, environment));
        writeScript(job.id.nativeId(), request);
        jobs.add(job);
        if (!key.isEmpty()) {
            fresh.put(key, job);
        }
        return job.id;
    }

    private void undo(LocalJob job) {
        if (job.request.payload() instanceof Payload.ScriptText) {
            starts.removeScript(job.id.nativeId());
        }
    }

    /** Submits an array; the caller holds the scheduler's lock. */
    List<JobId> submitArray(JobRequest request, ArrayRange range) {
        LocalJob same = request.key().flatMap(scheduler.model::byKey).orElse(null);
        if (same != null) {
            return same.array == null
                    ? List.of(same.id)
                    : same.array.tasks.stream().map(t -> t.id).toList();
        }
        checkDependencies(request);
        long number = scheduler.model.nextNumber;
        JobArray array = new JobArray(admission.common(request, number, scheduler.nowMillis(), environment), range);
        writeScript(array.id.nativeId(), request);
        try {
            scheduler.ledger.write(List.of(Records.array(array)));
        } catch (BackendUnavailableException e) {
            undoArray(array);
            throw e;
        }
        scheduler.model.add(array);
        array.tasks.forEach(scheduler::enqueue);
        scheduler.commit();
        return array.tasks.stream().map(t -> t.id).toList();
    }

    private void undoArray(JobArray array) {
        if (array.tasks.get(0).request.payload() instanceof Payload.ScriptText) {
            starts.removeScript(array.id.nativeId());
        }
    }

    private void checkDependencies(JobRequest request) {
        for (Dependency dependency : request.dependencies()) {
            if (scheduler.dependencies.targets(dependency).isEmpty()) {
                throw new RejectedJobException(unknown(dependency));
            }
        }
    }

    static String unknown(Dependency dependency) {
        return "the request depends on job %s, which this cluster does not know; submit that one first"
                .formatted(dependency.job());
    }

    private void writeScript(String id, JobRequest request) {
        if (request.payload() instanceof Payload.ScriptText script) {
            try {
                starts.writeScript(id, script.text());
            } catch (IOException e) {
                throw new BackendUnavailableException(
                        "the script cannot be kept: %s; make room there, then try again".formatted(Failures.words(e)),
                        e);
            }
        }
    }
}
