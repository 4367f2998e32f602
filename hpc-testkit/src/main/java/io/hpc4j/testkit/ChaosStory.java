package io.hpc4j.testkit;

import io.hpc4j.core.ArrayRange;
import io.hpc4j.core.BackendUnavailableException;
import io.hpc4j.core.Cluster;
import io.hpc4j.core.Dependency;
import io.hpc4j.core.HpcException;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobEvent;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.JobStore;
import io.hpc4j.core.NoSuchJobException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** One seed: what a client does while everything around it fails, and the clients that follow it. */
final class ChaosStory {

    private static final double OFTEN = 0.15;
    private static final int TRIES = 500;
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(90);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int LONGEST_LIFE = 40;
    private static final String SHORT = "0.05";
    private static final String LONG = "30";
    private static final String LINE = "echo $1${HPC_ARRAY_INDEX:+-$HPC_ARRAY_INDEX} >> runs; sleep $3; exit $2";

    private final ChaosKit.Site site;
    private final Random random;
    private final Faults faults;
    private final JobStore store = JobStore.inMemory();
    private final List<String> diary = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, Integer> figures = new TreeMap<>();
    private final List<ChaosJob> jobs = new ArrayList<>();
    private final List<ChaosTruth.Told> ends = Collections.synchronizedList(new ArrayList<>());
    private final long began = System.nanoTime();
    private int clients;
    private Cluster cluster;

    ChaosStory(ChaosKit.Site site, long seed) {
        this.site = site;
        this.random = new Random(seed);
        this.faults = Faults.seeded(seed).often(OFTEN);
        this.cluster = connect();
    }

    List<String> diary() {
        return List.copyOf(diary);
    }

    Map<String, Integer> figures() {
        Map<String, Integer> all = new TreeMap<>(figures);
        faults.counts().forEach((fault, count) -> all.put("fault " + fault, count));
        all.put("clients", clients);
        all.put("jobs", jobs.size());
        return all;
    }

    // ---------------------------------------------------------------- the plot

    void play() {
        try {
            List<Runnable> acts = new ArrayList<>(List.of(
                    this::submitOne,
                    this::submitOne,
                    this::submitTogether,
                    this::submitWithoutKey,
                    this::submitArray,
                    this::submitInOrder,
                    this::submitAndCancel,
                    this::closeAndConnect,
                    () -> faults.dieAfter(random.nextInt(LONGEST_LIFE)),
                    () -> faults.dieAfter(random.nextInt(LONGEST_LIFE))));
            Collections.shuffle(acts, random);
            acts.forEach(Runnable::run);
            jobs.stream().filter(j -> j.id().isPresent()).forEach(this::awaitEnd);
            closeAndConnect();
            until("the ends of all jobs", () -> cluster.openJobs().isEmpty());
            until("the store to know them", () -> ChaosTruth.open(site, store).isEmpty());
            cluster.close();
            faults.stop();
            faults.revive();
            new ChaosTruth(site, store, jobs, ends, figures).check();
        } finally {
            cluster.close();
        }
    }

    private void submitOne() {
        ChaosJob job = planned(random.nextInt(3), SHORT);
        job.became(insist("submit " + job, () -> cluster.submit(job.request())).id());
    }

    private void submitTogether() {
        List<ChaosJob> all = List.of(planned(0, SHORT), planned(7, SHORT), planned(0, SHORT));
        List<JobHandle> handles = insist(
                "submit " + all,
                () -> cluster.submitAll(all.stream().map(ChaosJob::request).toList()));
        for (int i = 0; i < all.size(); i++) {
            all.get(i).became(handles.get(i).id());
        }
    }

    /** A failure leaves open whether it runs; it must not be sent again, and must not be forgotten. */
    private void submitWithoutKey() {
        ChaosJob job = new ChaosJob(
                ChaosTruth.FREE, 0, request(ChaosTruth.FREE, 0, SHORT).build());
        jobs.add(job);
        try {
            job.became(cluster.submit(job.request()).id());
            diary.add("submit " + job + " -> " + job.id());
        } catch (HpcException e) {
            diary.add("submit " + job + ": " + e.getMessage());
            mustBeTransient(e);
        }
    }

    private void submitArray() {
        String name = "array" + jobs.size();
        JobRequest request = request(name, 4, SHORT).key(name).build();
        List<JobHandle> tasks = insist("submit array " + name, () -> cluster.submitArray(request, ArrayRange.of(1, 4)));
        for (int i = 1; i <= tasks.size(); i++) {
            ChaosJob job = new ChaosJob(name + "-" + i, 4, request);
            job.became(tasks.get(i - 1).id());
            jobs.add(job);
        }
        if (tasks.size() != 4) {
            throw new AssertionError("the array %s has 4 tasks, %s were returned".formatted(name, tasks));
        }
    }

    /** The one after success never runs when the first fails. */
    private void submitInOrder() {
        ChaosJob first = planned(random.nextInt(2) * 9, SHORT);
        first.became(
                insist("submit " + first, () -> cluster.submit(first.request())).id());
        ChaosJob second = after(first, Dependency.Type.AFTER_OK);
        ChaosJob third = after(first, Dependency.Type.AFTER_ANY);
        second.runsOnlyAfterSuccessOf(first);
        List<JobHandle> handles = insist(
                "submit " + second + " and " + third,
                () -> cluster.submitAll(List.of(second.request(), third.request())));
        second.became(handles.get(0).id());
        third.became(handles.get(1).id());
    }

    private ChaosJob after(ChaosJob first, Dependency.Type type) {
        String name = "job" + jobs.size();
        JobRequest request = request(name, 0, SHORT)
                .key(name)
                .dependsOn(type, first.id().orElseThrow())
                .build();
        ChaosJob job = new ChaosJob(name, 0, request);
        jobs.add(job);
        return job;
    }

    private void submitAndCancel() {
        ChaosJob job = planned(0, LONG);
        job.became(insist("submit " + job, () -> cluster.submit(job.request())).id());
        JobId id = job.id().orElseThrow();
        job.isCancelled();
        insist("cancel " + id, () -> {
            cluster.cancel(List.of(id));
            return id;
        });
    }

    private ChaosJob planned(int code, String seconds) {
        String name = "job" + jobs.size();
        ChaosJob job =
                new ChaosJob(name, code, request(name, code, seconds).key(name).build());
        jobs.add(job);
        return job;
    }

    private JobRequest.Builder request(String name, int code, String seconds) {
        return JobRequest.command("/bin/sh", "-c", LINE, "sh", name, Integer.toString(code), seconds)
                .name(name)
                .workingDirectory(site.folder())
                .stdout("/dev/null")
                .stderr("/dev/null");
    }

    private void awaitEnd(ChaosJob job) {
        JobId id = job.id().orElseThrow();
        CompletableFuture<Job> end;
        int during;
        do {
            during = clients;
            end = completion(id);
            untilDone(job, end, during);
        } while (during != clients);
        ends.add(new ChaosTruth.Told(clients, "future", end.join()));
    }

    private void untilDone(ChaosJob job, CompletableFuture<Job> end, int during) {
        until("the end of " + job, () -> end.isDone() || clients != during);
    }

    /** For a moment, neither the queue nor the accounting may have a job that the store has not kept yet. */
    private CompletableFuture<Job> completion(JobId id) {
        return insist("attach " + id, () -> {
                    try {
                        return cluster.attach(id);
                    } catch (NoSuchJobException e) {
                        count("not listed for a moment");
                        throw new BackendUnavailableException("not listed: " + id, e);
                    }
                })
                .completion();
    }

    // ---------------------------------------------------------------- clients that come and go

    private void closeAndConnect() {
        diary.add("close");
        count("closed and connected again");
        cluster.close();
        cluster = connect();
    }

    private void followTheDead() {
        if (faults.isDead()) {
            diary.add("the client is dead");
            count("killed and connected again");
            cluster.close();
            faults.revive();
            cluster = connect();
        }
    }

    private Cluster connect() {
        for (int i = 0; i < TRIES; i++) {
            try {
                Cluster fresh = Cluster.builder(site.uri())
                        .callsPerMinute(0)
                        .provider(new FaultyProvider(site.provider(), faults))
                        .transport(new FaultyTransport(site.transport(), faults, site::onlyAsks))
                        .store(FaultyJobStore.over(store, faults))
                        .clock(site.clock())
                        .watch(site.watch())
                        .connect();
                int client = ++clients;
                fresh.onEvent(e -> heard(client, e));
                diary.add("client " + client + " has " + fresh.openJobs());
                return fresh;
            } catch (HpcException e) {
                diary.add("connect: " + e.getMessage());
                mustBeTransient(e);
                if (faults.isDead()) {
                    faults.revive();
                }
            }
        }
        throw new AssertionError("no connection in " + TRIES + " tries");
    }

    private void heard(int client, JobEvent event) {
        diary.add("client %d: %s was %s"
                .formatted(client, event.job(), event.previous().state()));
        if (event.job().state().isEnded() && event.job().state() != JobState.LOST) {
            ends.add(new ChaosTruth.Told(client, "listener", event.job()));
        }
    }

    // ---------------------------------------------------------------- not giving up

    private <T> T insist(String what, Supplier<T> action) {
        for (int i = 0; i < TRIES && System.nanoTime() - began < LIMIT_NANOS; i++) {
            followTheDead();
            try {
                T answer = action.get();
                diary.add(what + " -> " + answer);
                return answer;
            } catch (HpcException e) {
                diary.add(what + ": " + e.getMessage());
                mustBeTransient(e);
                count("calls that failed and were repeated");
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        throw new AssertionError("in vain: " + what);
    }

    private static void mustBeTransient(HpcException e) {
        if (!e.isTransient()) {
            throw new AssertionError("an answer that is wrong: " + e, e);
        }
    }

    private void until(String what, BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - began > LIMIT_NANOS) {
                throw new AssertionError("in vain waited for " + what);
            }
            followTheDead();
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void count(String what) {
        figures.merge(what, 1, Integer::sum);
    }
}
