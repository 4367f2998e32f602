package io.hpc4j.local;

import io.hpc4j.core.JobState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The shortest journal that leads to a model. */
final class JournalSnapshot {

    private JournalSnapshot() {}

    static List<String> of(ClusterModel model, Environments environments, int currentEnvironment) {
        Set<Integer> used = new HashSet<>(Set.of(currentEnvironment));
        List<String> jobs = new ArrayList<>();
        Set<JobArray> arrays = new HashSet<>();
        for (LocalJob job : model.jobs()) {
            used.add(job.environment);
            if (job.array == null) {
                jobs.add(Records.job(job));
            } else if (arrays.add(job.array)) {
                jobs.add(Records.array(job.array));
            }
            about(job, jobs);
        }
        List<String> records = new ArrayList<>(List.of(Records.nextNumber(model.nextNumber)));
        records.addAll(environments.records(used));
        records.addAll(jobs);
        return records;
    }

    private static void about(LocalJob job, List<String> out) {
        if (job.held != job.request.held()) {
            out.add(Records.about(job.held ? Records.HOLD : Records.RELEASE, job));
        }
        for (Map.Entry<JobState, Integer> retried : job.retried().entrySet()) {
            for (int i = 0; i < retried.getValue(); i++) {
                out.add(Records.again(job, retried.getKey()));
            }
        }
        if (job.attempt > 1 && job.retried().isEmpty()) {
            out.add(Records.again(job, null));
        }
        Run staged = job.staged;
        if (staged != null) {
            out.add(Records.stage(staged));
        }
        Run run = job.run;
        JobEnd end = job.end;
        if (run != null) {
            out.add(Records.start(run));
            String stop = run.stop;
            if (stop != null && !stop.equals(Run.OTHER_RANK)) {
                out.add(Records.stop(job, stop));
            }
            if (run.isSuspended) {
                out.add(Records.about(Records.SUSPEND, job));
            }
        }
        if (end != null) {
            out.add(Records.end(job, end));
        }
    }
}
