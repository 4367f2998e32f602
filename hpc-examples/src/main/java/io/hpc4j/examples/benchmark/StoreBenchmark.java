package io.hpc4j.examples.benchmark;

import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobPage;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobState;
import io.hpc4j.core.JobStore;
import io.hpc4j.store.JdbcJobStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Measures a store of many ended jobs; {@code benchmarks/store/run} runs it on H2 and on PostgreSQL. Prints rows of a table.
 */
public final class StoreBenchmark {

    private static final String CLUSTER = "slurm+ssh://ada@login.example.org";
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final double NANOS_PER_MILLI = 1e6;
    private static final int PAGE = 50;
    private static final int ROUNDS = 200;
    private static final int BATCH = 1000;

    private StoreBenchmark() {}

    /** Takes {@code URL JOBS CHANGES}. */
    public static void main(String[] args) {
        int jobs = Integer.parseInt(args[1]);
        int changes = Integer.parseInt(args[2]);
        try (JobStore store = JdbcJobStore.connect(args[0])) {
            long begin = System.nanoTime();
            for (int from = 0; from < jobs; from += BATCH) {
                store.update(CLUSTER, jobs(from, Math.min(jobs, from + BATCH), StoreBenchmark::ended));
            }
            row("ended jobs written, jobs/s", jobs / seconds(begin));
            Instant middle = BEGIN.plusSeconds(jobs / 2);
            Map<String, JobQuery> queries = new LinkedHashMap<>();
            queries.put("all", JobQuery.all());
            queries.put("state FAILED (10 %)", JobQuery.all().withStates(Set.of(JobState.FAILED)));
            queries.put(
                    "states OUT_OF_MEMORY, NODE_FAILED (0.01 % each)",
                    JobQuery.all().withStates(Set.of(JobState.OUT_OF_MEMORY, JobState.NODE_FAILED)));
            queries.put("user (1 %)", JobQuery.all().withOwner("user7"));
            queries.put("user (one job)", JobQuery.all().withOwner("rare"));
            queries.put(
                    "time, an hour in the middle",
                    JobQuery.all().withSubmittedFrom(middle).withSubmittedBefore(middle.plus(Duration.ofHours(1))));
            queries.put("label project (20 %)", JobQuery.all().withLabel("project", "p3"));
            queries.put("label run (one job)", JobQuery.all().withLabel("run", "r" + jobs / 2));
            queries.forEach((name, query) -> pages(store, name, query.withLimit(PAGE)));
            changes(store, jobs, changes);
        }
    }

    private interface Maker {
        Job make(int i);
    }

    private static List<Job> jobs(int from, int until, Maker maker) {
        return IntStream.range(from, until).mapToObj(maker::make).toList();
    }

    private static JobState state(int i) {
        if (i % 10_000 == 1) {
            return JobState.OUT_OF_MEMORY;
        } else if (i % 10_000 == 2) {
            return JobState.NODE_FAILED;
        }
        return i % 10 == 0 ? JobState.FAILED : JobState.COMPLETED;
    }

    private static Job.Builder job(int i, JobState state) {
        return Job.builder(JobId.of(Integer.toString(i)), state)
                .name("job-" + i % 1000)
                .owner(i == 4711 ? "rare" : "user" + i % 100)
                .queue("q" + i % 5)
                .slots(4)
                .labels(Map.of("project", "p" + i % 5, "run", "r" + i))
                .submittedAt(BEGIN.plusSeconds(i));
    }

    private static Job ended(int i) {
        return job(i, state(i)).endedAt(BEGIN.plusSeconds(i + 60L)).build();
    }

    /** The first pages and those behind them, as somebody who scrolls. */
    private static void pages(JobStore store, String name, JobQuery query) {
        double[] millis = new double[ROUNDS];
        Optional<String> after = Optional.empty();
        int found = 0;
        for (int i = -20; i < ROUNDS; i++) {
            long begin = System.nanoTime();
            JobPage page = store.page(CLUSTER, query, after);
            if (i >= 0) {
                millis[i] = (System.nanoTime() - begin) / NANOS_PER_MILLI;
            }
            found = Math.max(found, page.jobs().size());
            after = page.next();
        }
        Arrays.sort(millis);
        System.out.printf(
                Locale.ROOT,
                "| page of %d: %s | %.1f ms | %.1f ms |%n",
                found,
                name,
                millis[ROUNDS / 2],
                millis[ROUNDS * 95 / 100]);
    }

    /** Changes of states in batches, as the watcher writes them, against one by one. */
    private static void changes(JobStore store, int from, int count) {
        long begin = System.nanoTime();
        for (int i = from; i < from + count; i += BATCH) {
            store.update(
                    CLUSTER,
                    jobs(
                            i,
                            Math.min(from + count, i + BATCH),
                            k -> job(k, JobState.RUNNING).build()));
        }
        row("jobs become known, in batches, /s", count / seconds(begin));
        begin = System.nanoTime();
        for (int i = from; i < from + count; i += BATCH) {
            store.update(CLUSTER, jobs(i, Math.min(from + count, i + BATCH), StoreBenchmark::ended));
        }
        double batched = count / seconds(begin);
        row("jobs end, in batches, /s", batched);
        int single = count / 10;
        begin = System.nanoTime();
        for (int i = from + count; i < from + count + single; i++) {
            store.update(CLUSTER, List.of(ended(i)));
        }
        double alone = single / seconds(begin);
        row("jobs end, one by one, /s (baseline)", alone);
        System.out.printf(Locale.ROOT, "| in batches, times the baseline | %.1f | |%n", batched / alone);
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    private static void row(String what, double value) {
        System.out.printf(Locale.ROOT, "| %s | %.0f | |%n", what, value);
    }
}
