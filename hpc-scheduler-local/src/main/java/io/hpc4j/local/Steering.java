package io.hpc4j.local;

import io.hpc4j.core.HpcException;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobState;
import io.hpc4j.core.NoSuchJobException;
import io.hpc4j.core.RejectedJobException;
import io.hpc4j.local.LocalJob.Stage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What callers do to jobs. The wish is in the journal before it is acted upon; of several jobs, those that it makes no
 * sense for do not keep it from the others. The caller holds the scheduler's lock.
 */
final class Steering {

    private final LocalScheduler scheduler;
    private final String cluster;

    Steering(LocalScheduler scheduler, String cluster) {
        this.scheduler = scheduler;
        this.cluster = cluster;
    }

    void cancel(Collection<JobId> ids) {
        steer(ids, "cancelled", job -> true, this::cancelRecord, this::cancelRecorded);
    }

    private List<String> cancelRecord(LocalJob job) {
        Run run = job.run;
        if (run != null && Run.CANCEL.equals(run.stop)) {
            return List.of();
        }
        if (run != null || job.stage == Stage.STAGED) {
            return List.of(Records.stop(job, Run.CANCEL));
        }
        return job.stage == Stage.ENDED ? List.of() : List.of(Records.end(job, cancelled()));
    }

    private JobEnd cancelled() {
        return JobEnd.unstarted(JobState.CANCELLED, "cancelled on request", scheduler.nowMillis() * 1000);
    }

    private void cancelRecorded(LocalJob job) {
        Run staged = job.staged;
        if (staged != null) {
            scheduler.begun(staged); // it may be, and ends in the same way if it is not
        }
        if (job.run != null) {
            stop(job, Run.CANCEL);
        } else if (job.stage != Stage.ENDED) {
            scheduler.endRecorded(job, cancelled());
        }
    }

    private void stop(LocalJob job, String why) {
        Run run = job.run;
        if (run != null) {
            run.stop = why;
            scheduler.changed(job);
            scheduler.stopUnits(run);
        }
    }

    void hold(Collection<JobId> ids) {
        steer(
                ids,
                "held: only jobs that wait can be",
                job -> job.stage.isWaiting(),
                job -> List.of(Records.about(Records.HOLD, job)),
                job -> setHeld(job, true));
    }

    void release(Collection<JobId> ids) {
        steer(
                ids,
                "released: only jobs that wait can be",
                job -> job.stage.isWaiting(),
                job -> List.of(Records.about(Records.RELEASE, job)),
                job -> setHeld(job, false));
    }

    private void setHeld(LocalJob job, boolean held) {
        job.held = held;
        if (job.stage == Stage.STAGED) {
            scheduler.takeBackStaged(job);
        } else {
            scheduler.resettle(job);
        }
    }

    void suspend(Collection<JobId> ids) {
        steer(
                ids,
                "suspended: only jobs that run can be",
                job -> job.run != null && job.run.isStarted && job.run.stop == null,
                job -> List.of(Records.about(Records.SUSPEND, job)),
                job -> setSuspended(job, true));
    }

    void resume(Collection<JobId> ids) {
        steer(
                ids,
                "resumed: only suspended jobs can be",
                job -> job.run != null && job.run.isSuspended,
                job -> List.of(Records.about(Records.RESUME, job)),
                job -> setSuspended(job, false));
    }

    private void setSuspended(LocalJob job, boolean suspended) {
        Run run = job.run;
        if (run != null) {
            run.isSuspended = suspended;
            scheduler.changed(job);
            scheduler.signalUnits(run, suspended ? Signals.STOP : Signals.CONTINUE);
        }
    }

    void requeue(Collection<JobId> ids) {
        steer(
                ids,
                "queued again: only jobs that run can be",
                job -> job.run != null && !Run.CANCEL.equals(job.run.stop),
                job -> List.of(Records.stop(job, Run.REQUEUE)),
                job -> stop(job, Run.REQUEUE));
    }

    private void steer(
            Collection<JobId> ids,
            String done,
            Predicate<LocalJob> sensible,
            Function<LocalJob, List<String>> records,
            Consumer<LocalJob> act) {
        List<HpcException> refusals = new ArrayList<>();
        List<LocalJob> jobs = new ArrayList<>();
        for (LocalJob job : find(ids, refusals)) {
            if (sensible.test(job)) {
                jobs.add(job);
            } else {
                refusals.add(new RejectedJobException(
                        "job %s is %s and cannot be %s".formatted(job.id, Snapshots.state(job), done)));
            }
        }
        List<String> all = jobs.stream().flatMap(j -> records.apply(j).stream()).toList();
        if (!all.isEmpty()) {
            scheduler.ledger.write(all);
            jobs.forEach(act);
            scheduler.commit();
        }
        if (!refusals.isEmpty()) {
            HpcException first = refusals.get(0);
            refusals.subList(1, refusals.size()).forEach(first::addSuppressed);
            throw first;
        }
    }

    private Set<LocalJob> find(Collection<JobId> ids, List<HpcException> refusals) {
        Set<LocalJob> found = new LinkedHashSet<>();
        for (JobId id : ids) {
            LocalJob job = scheduler.model.job(id);
            if (job != null) {
                found.add(job);
            } else if (scheduler.model.array(id).isPresent()) {
                found.addAll(scheduler.model.array(id).get().tasks);
            } else {
                refusals.add(new NoSuchJobException("%s knows no job %s".formatted(cluster, id)));
            }
        }
        return found;
    }
}
