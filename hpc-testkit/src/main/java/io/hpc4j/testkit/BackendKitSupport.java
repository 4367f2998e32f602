package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hpc4j.core.Capability;
import io.hpc4j.core.Cluster;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.JobStore;
import io.hpc4j.core.NoSuchJobException;
import io.hpc4j.core.NodeInfo;
import io.hpc4j.core.WatchSettings;
import io.hpc4j.core.spi.RemoteFiles;
import io.hpc4j.core.spi.SchedulerBackendProvider;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

/**
 * What the backend's author tells the kit, and what its behaviours are written with. A job of a test is a line of
 * {@code sh} that runs in a folder of the test's own; where it has to wait, it waits for a file, the <dfn>gate</dfn>.
 */
abstract class BackendKitSupport {

    private static final String UNTIL_GATE = "while [ ! -e \"$1\" ]; do sleep 0.02; done; ";

    private final List<Cluster> opened = new ArrayList<>();
    private final Queue<JobHandle> submitted = new ConcurrentLinkedQueue<>();
    private RemoteFiles files;
    private String folder;
    private @Nullable Cluster cluster;

    // ---------------------------------------------------------------- what the author tells

    /** The provider of the backend to test. */
    protected abstract SchedulerBackendProvider provider();

    /** The address of the cluster to test on. Within one test it leads to the same cluster each time. */
    protected abstract String uri();

    /** A folder on the cluster, an absolute path, that exists and that its jobs can read and write. */
    protected abstract String scratch();

    /** How long a short job on an idle cluster, or any change, may take until it is seen; 30 s unless overridden. */
    protected Duration maxWait() {
        return Duration.ofSeconds(30);
    }

    /** How jobs are watched: every 10 to 100 ms unless overridden, which asks much of a real scheduler. */
    protected WatchSettings watch() {
        return WatchSettings.DEFAULT.withIntervals(Duration.ofMillis(10), Duration.ofMillis(100));
    }

    /** The number of nodes that jobs of the default queue may run on; unless overridden, those that are up. */
    protected int nodeCount() {
        return (int) cluster().nodes().stream()
                .filter(n -> n.state() == NodeInfo.State.UP)
                .count();
    }

    /** The slots of each of those nodes, which are alike; unless overridden, of the largest that is up. */
    protected int slotsPerNode() {
        return cluster().nodes().stream()
                .filter(n -> n.state() == NodeInfo.State.UP)
                .mapToInt(NodeInfo::slots)
                .max()
                .orElse(0);
    }

    /** The shortest walltime that is kept to; 1 s unless overridden. Some schedulers count whole minutes. */
    protected Duration shortestWalltime() {
        return Duration.ofSeconds(1);
    }

    /** Whether a job that uses more memory than it asked for is ended; not unless overridden. */
    protected boolean enforcesMemory() {
        return false;
    }

    /** An account that may be charged, where accounts are offered. */
    protected Optional<String> account() {
        return Optional.empty();
    }

    /** A module that can be loaded, where modules are offered. */
    protected Optional<String> module() {
        return Optional.empty();
    }

    /** The id of a job that never was, in the scheduler's form; {@code 99999999} unless overridden. */
    protected JobId unknownJob() {
        return JobId.of("99999999");
    }

    /**
     * Behaviours that this scheduler cannot give: names of test methods, each with the reason that is shown where it
     * is skipped. Whoever reads the backend's page should find the same list there.
     */
    protected Map<String, String> deviations() {
        return Map.of();
    }

    // ---------------------------------------------------------------- before and after

    @BeforeEach
    void openFolder(TestInfo test) {
        String reason =
                test.getTestMethod().map(m -> deviations().get(m.getName())).orElse(null);
        if (reason != null) {
            Assumptions.abort(reason);
        }
        Cluster onlyFiles =
                Cluster.builder(uri()).provider(new NoBackendProvider()).connect();
        opened.add(onlyFiles);
        files = onlyFiles.files();
        folder = scratch() + "/kit-" + UUID.randomUUID().toString().substring(0, 8);
        files.mkdirs(folder);
    }

    @AfterEach
    void cancelWhatIsLeft() throws InterruptedException {
        List<JobHandle> left =
                submitted.stream().filter(h -> !h.state().isEnded()).toList();
        try {
            if (!left.isEmpty()) {
                endAll(left.stream().map(JobHandle::id).toList());
            }
            if (!opened.isEmpty()) {
                files.remove(folder);
            }
        } finally {
            opened.forEach(Cluster::close);
        }
    }

    private void endAll(List<JobId> ids) throws InterruptedException {
        Cluster last = connect(JobStore.inMemory());
        for (JobId id : ids) {
            try {
                last.cancel(List.of(id));
            } catch (NoSuchJobException e) {
                continue; // the scheduler has forgotten it, so it does not run
            }
            last.find(id).ifPresent(job -> awaitQuietly(last.attach(id)));
        }
    }

    private void awaitQuietly(JobHandle handle) {
        try {
            handle.await(maxWait());
        } catch (TimeoutException e) {
            throw new AssertionError("a cancelled job does not end: " + handle, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---------------------------------------------------------------- clusters

    /** The cluster that most behaviours need one of. */
    final Cluster cluster() {
        Cluster known = cluster;
        if (known == null) {
            known = connect(JobStore.inMemory());
            cluster = known;
        }
        return known;
    }

    final Cluster connect(JobStore store) {
        return connect(provider(), store);
    }

    final Cluster connect(SchedulerBackendProvider provider, JobStore store) {
        Cluster fresh = Cluster.builder(uri())
                .provider(provider)
                .store(store)
                .watch(watch())
                .callsPerMinute(0)
                .connect();
        opened.add(fresh);
        return fresh;
    }

    final void needs(Capability... needed) {
        for (Capability one : needed) {
            assumeTrue(cluster().capabilities().contains(one), () -> "this backend does not offer " + one);
        }
    }

    final void needsNodes(int count) {
        assumeTrue(nodeCount() >= count, () -> "this needs %d nodes, there are %d".formatted(count, nodeCount()));
    }

    final void needsSlots(int count) {
        assumeTrue(
                slotsPerNode() >= count,
                () -> "this needs %d slots on a node, there are %d".formatted(count, slotsPerNode()));
    }

    /** For jobs that must run side by side. */
    final void needsRoomForTwo() {
        assumeTrue(nodeCount() * slotsPerNode() > 1, "this needs room for two jobs, there is room for one");
    }

    // ---------------------------------------------------------------- requests

    /** A line of shell with its arguments {@code $1}, {@code $2}…, to run in the test's folder. */
    final JobRequest.Builder sh(String line, String... arguments) {
        List<String> all = new ArrayList<>(List.of("/bin/sh", "-c", line, "sh"));
        all.addAll(List.of(arguments));
        return JobRequest.command(all).workingDirectory(folder);
    }

    /** A job that runs until its gate is opened. */
    final JobRequest.Builder gated(String gate) {
        return gated(gate, "");
    }

    /** A job that runs until its gate is opened, and then a line of shell. */
    final JobRequest.Builder gated(String gate, String then) {
        return sh(UNTIL_GATE + then, path(gate));
    }

    final void openGate(String gate) {
        files.putText("", path(gate), 0644);
    }

    /** Lets jobs run that occupy every slot until their gate is opened. */
    final List<JobHandle> fillCluster(String gate) {
        needsNodes(1);
        List<JobRequest> blockers = new ArrayList<>();
        for (int i = 0; i < nodeCount(); i++) {
            blockers.add(gated(gate).cpusPerTask(slotsPerNode()).build());
        }
        List<JobHandle> handles = submitAll(blockers);
        handles.forEach(this::untilRunning);
        return handles;
    }

    // ---------------------------------------------------------------- jobs

    final JobHandle submit(JobRequest.Builder request) {
        return submit(cluster(), request.build());
    }

    final JobHandle submit(Cluster to, JobRequest request) {
        return remember(to.submit(request));
    }

    final List<JobHandle> submitAll(List<JobRequest> requests) {
        List<JobHandle> handles = cluster().submitAll(requests);
        handles.forEach(this::remember);
        return handles;
    }

    /** Has the job cancelled after the test, if it has not ended by then. */
    final JobHandle remember(JobHandle handle) {
        submitted.add(handle);
        return handle;
    }

    final Job end(JobHandle handle) {
        return end(handle, maxWait());
    }

    final Job end(JobHandle handle, Duration limit) {
        try {
            return handle.await(limit);
        } catch (TimeoutException e) {
            throw new AssertionError(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Runs a job to its end, which has to be success. */
    final Job run(JobRequest.Builder request) {
        Job job = end(submit(request));
        assertThat(job.state()).as(job.toString()).isEqualTo(JobState.COMPLETED);
        return job;
    }

    final void untilRunning(JobHandle handle) {
        untilState(handle, JobState.RUNNING);
    }

    final void untilState(JobHandle handle, JobState state) {
        Eventually.until(
                maxWait(),
                state + " of " + handle.id(),
                handle::job,
                j -> j.state() == state || j.state().isEnded());
        assertThat(handle.state()).as(handle.toString()).isEqualTo(state);
    }

    /** Waits until no process has this id; one that has ended and was not collected by its parent does not count. */
    final void untilGone(String pid) {
        run(sh(
                "i=0; while [ -e /proc/$1 ] && ! grep -q '^State:.Z' /proc/$1/status; do "
                        + "i=$((i+1)); [ $i -gt 250 ] && exit 1; sleep 0.02; done; exit 0",
                pid));
    }

    // ---------------------------------------------------------------- files

    final RemoteFiles files() {
        return files;
    }

    /** The absolute path of a file in the test's folder. */
    final String path(String name) {
        return folder + "/" + name;
    }

    final String folder() {
        return folder;
    }

    final void write(String name, String text, int permissions) {
        files.putText(text, path(name), permissions);
    }

    final boolean exists(String name) {
        return files.stat(path(name)).isPresent();
    }

    final String read(String name) {
        return readPath(path(name));
    }

    final String readPath(String path) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        files.get(path, content);
        return content.toString(StandardCharsets.UTF_8);
    }

    /** The lines of a file; none while it does not exist. */
    final List<String> lines(String name) {
        return exists(name) ? read(name).lines().toList() : List.of();
    }

    final void untilExists(String name) {
        Eventually.until(maxWait(), "file " + name, () -> exists(name), there -> there);
    }
}
