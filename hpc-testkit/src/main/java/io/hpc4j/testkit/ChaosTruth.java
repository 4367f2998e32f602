package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.ClusterUri;
import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobState;
import io.hpc4j.core.JobStore;
import io.hpc4j.core.StoredJob;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Compares, when a story is over, what clients were told and the store kept with what the scheduler itself says. */
final class ChaosTruth {

    /** The name of the job that is submitted without a key of its own. */
    static final String FREE = "free";

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final ChaosKit.Site site;
    private final JobStore store;
    private final List<ChaosJob> jobs;
    private final List<Told> ends;
    private final Map<String, Integer> figures;

    /**
     * An end that a client was told.
     *
     * @param client the number of the client
     * @param way how it was told
     */
    record Told(int client, String way, Job job) {}

    ChaosTruth(ChaosKit.Site site, JobStore store, List<ChaosJob> jobs, List<Told> ends, Map<String, Integer> figures) {
        this.site = site;
        this.store = store;
        this.jobs = jobs;
        this.ends = List.copyOf(ends);
        this.figures = figures;
    }

    void check() {
        try (Cluster plain = Cluster.builder(site.uri())
                .callsPerMinute(0)
                .provider(site.provider())
                .transport(site.transport())
                .clock(site.clock())
                .connect()) {
            List<Job> all = listed(plain);
            List<String> runs = site.runs();
            jobs.forEach(job -> check(job, all, runs));
            assertThat(all).as("jobs at the scheduler").hasSizeLessThanOrEqualTo(jobs.size());
            figures.merge("jobs run", runs.size(), Integer::sum);
            figures.merge("ends told", ends.size(), Integer::sum);
        }
        assertThat(open(site, store)).as("jobs that the store takes for open").isEmpty();
    }

    /** What the store takes for open, by its keys; a request without a key of its own may never have arrived. */
    static List<String> open(ChaosKit.Site site, JobStore store) {
        return store.open(name(site)).stream()
                .filter(s -> s.id().isPresent()
                        || !s.request().map(r -> r.nameOrDefault().equals(FREE)).orElse(false))
                .map(StoredJob::key)
                .toList();
    }

    /** What the scheduler says of all jobs; it may be slow to list them. */
    private List<Job> listed(Cluster plain) {
        Set<JobId> expected = jobs.stream().flatMap(j -> j.id().stream()).collect(Collectors.toSet());
        ends.forEach(told -> expected.add(told.job().id()));
        return Eventually.until(
                LIMIT,
                "list of all jobs",
                () -> plain.list(JobQuery.all()),
                all -> all.stream().map(Job::id).collect(Collectors.toSet()).containsAll(expected));
    }

    private void check(ChaosJob job, List<Job> all, List<String> runs) {
        List<Job> mine = all.stream().filter(j -> name(j).equals(job.name())).toList();
        assertThat(mine).as("jobs named %s", job).hasSizeLessThanOrEqualTo(1);
        int count = Collections.frequency(runs, job.name());
        if (mine.isEmpty()) {
            assertThat(job.id())
                    .as("id of %s, which the scheduler never had", job)
                    .isEmpty();
            assertThat(count).isZero();
            figures.merge("never arrived, as was told", 1, Integer::sum);
            return;
        }
        Job truth = mine.get(0);
        if (job.id().isPresent()) {
            assertThat(truth.id()).as("id of %s", job).isEqualTo(job.id().get());
        }
        checkEnd(job, truth, count);
        checkToldOnce(truth);
        checkKept(truth);
        figures.merge("ended " + truth.state(), 1, Integer::sum);
    }

    private static String name(Job job) {
        String index = job.arrayIndex().isPresent() ? "-" + job.arrayIndex().getAsInt() : "";
        return job.name().orElse("") + index;
    }

    private static void checkEnd(ChaosJob job, Job truth, int runs) {
        if (job.runsToItsEnd()) {
            assertThat(truth.exitStatus()).as("end of %s", truth).contains(ExitStatus.ofCode(job.code()));
            assertThat(runs).as("runs of %s", truth).isEqualTo(1);
        } else {
            assertThat(truth.state()).as("end of %s", truth).isEqualTo(JobState.CANCELLED);
            assertThat(runs).as("runs of %s", truth).isLessThanOrEqualTo(job.neverRuns() ? 0 : 1);
        }
    }

    /** By each client at most once: one that followed may hear again of an end that its forerunner did not keep. */
    private void checkToldOnce(Job truth) {
        Set<String> before = new HashSet<>();
        for (Told end : ends) {
            if (end.job().id().equals(truth.id())) {
                String to = end.way() + " of client " + end.client();
                assertThat(end.job().state())
                        .as("end of %s told to %s", truth, to)
                        .isEqualTo(truth.state());
                assertThat(end.job().exitStatus())
                        .as("end of %s told to %s", truth, to)
                        .isEqualTo(truth.exitStatus());
                assertThat(before.add(to))
                        .as("%s is told once of %s", to, truth)
                        .isTrue();
            }
        }
    }

    private void checkKept(Job truth) {
        Optional<Job> kept = store.find(name(site), truth.id()).flatMap(StoredJob::job);
        assertThat(kept.map(Job::state)).as("end kept of %s", truth).contains(truth.state());
        assertThat(kept.flatMap(Job::exitStatus)).as("end kept of %s", truth).isEqualTo(truth.exitStatus());
    }

    private static String name(ChaosKit.Site site) {
        return ClusterUri.parse(site.uri()).toString();
    }
}
