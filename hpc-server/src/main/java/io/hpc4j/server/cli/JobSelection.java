package io.hpc4j.server.cli;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.NoSuchJobException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the jobs that ids on the command line mean; the id of an array means all its tasks. */
final class JobSelection {

    private JobSelection() {}

    /**
     * Looks the ids up.
     *
     * @throws NoSuchJobException if one is unknown
     */
    static List<Job> find(Cluster cluster, List<String> ids) {
        List<Job> jobs = new ArrayList<>();
        for (String text : ids) {
            JobId id = JobId.of(text);
            List<Job> tasks = List.of();
            Optional<Job> job = cluster.find(id);
            if (job.isEmpty()) {
                tasks = cluster.list(JobQuery.all()).stream()
                        .filter(j -> j.arrayId().filter(id::equals).isPresent())
                        .toList();
            }
            if (job.isEmpty() && tasks.isEmpty()) {
                throw new NoSuchJobException("%s knows no job %s".formatted(cluster.uri(), id));
            }
            job.ifPresent(jobs::add);
            jobs.addAll(tasks);
        }
        return jobs;
    }
}
