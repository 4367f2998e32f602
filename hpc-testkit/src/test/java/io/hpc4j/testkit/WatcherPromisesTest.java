package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hpc4j.core.BackendUnavailableException;
import io.hpc4j.core.Cluster;
import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobEnd;
import io.hpc4j.core.JobEvent;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.JobStore;
import io.hpc4j.core.ListenerCursor;
import io.hpc4j.core.StoredJob;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The six promises about the life of a job, with a scheduler and a clock that the test drives. */
@Timeout(60)
class WatcherPromisesTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final MutableClock clock = MutableClock.at("2026-01-01T00:00:00Z");
    private final ScriptedBackend backend = new ScriptedBackend(clock);
    private final JobStore store = JobStore.inMemory();
    private Cluster cluster = connect();

    private Cluster connect() {
        return Cluster.builder("scripted:")
                .provider(backend)
                .store(store)
                .clock(clock)
                .connect();
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private static JobRequest request() {
        return JobRequest.command("true").build();
    }

    /** Lets so much time pass that a tick is due whatever the age of the jobs, and waits for it. */
    private void tick() {
        int before = backend.polls();
        await().pollDelay(Duration.ZERO).until(() -> {
            clock.advance(LONG);
            return polledSoon(before);
        });
    }

    /** If not, the tick before was still being planned when the time was advanced. */
    private boolean polledSoon(int before) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        while (backend.polls() <= before && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        return backend.polls() > before;
    }

    private void tickUntil(JobHandle job, JobState state) {
        await().pollInterval(Duration.ofMillis(5)).until(() -> {
            clock.advance(LONG);
            return job.state() == state;
        });
    }

    // ---------------------------------------------------------------- 1: one call per tick

    @Test
    void tenThousandJobsCostOneCallPerTickAndNoThreadEach() {
        List<JobHandle> jobs = cluster.submitAll(Collections.nCopies(10_000, request()));
        List<Future<Job>> waiting = new ArrayList<>();
        jobs.forEach(j -> waiting.add(j.completion()));
        int threads = Thread.activeCount();
        for (int i = 1; i <= 10; i++) {
            tick();
            assertThat(backend.polls()).isEqualTo(i);
        }
        assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + 1);
        jobs.forEach(j -> backend.set(j.id(), JobState.COMPLETED));
        tick();
        await().until(() -> waiting.stream().allMatch(Future::isDone));
        assertThat(backend.polls()).isEqualTo(11);
        assertThat(cluster.openJobs()).isEmpty();
    }

    @Test
    void ticksAreQuickForYoungJobsAndSlowForOldOnes() {
        cluster.submit(request());
        clock.advance(Duration.ofMillis(500));
        await().until(() -> backend.polls() == 1);
        clock.advance(Duration.ofSeconds(100));
        await().until(() -> backend.polls() == 2);
        clock.advance(Duration.ofMillis(4900));
        await().during(Duration.ofMillis(50)).until(() -> backend.polls() == 2);
        clock.advance(Duration.ofMillis(300));
        await().until(() -> backend.polls() == 3);
        clock.advance(Duration.ofHours(10));
        await().until(() -> backend.polls() == 4);
        clock.advance(Duration.ofMillis(29_900));
        await().during(Duration.ofMillis(50)).until(() -> backend.polls() == 4);
        clock.advance(Duration.ofMillis(200));
        await().until(() -> backend.polls() == 5);
    }

    @Test
    void schedulerIsNotAskedWhileThereIsNothingToWatch() {
        JobHandle job = cluster.submit(request());
        backend.set(job.id(), JobState.COMPLETED);
        tickUntil(job, JobState.COMPLETED);
        int before = backend.polls();
        clock.advance(Duration.ofHours(1));
        await().during(Duration.ofMillis(50)).until(() -> backend.polls() == before);
    }

    @Test
    void neverAreTwoPollsUnderWayHoweverOftenItIsWoken() throws InterruptedException {
        cluster.submit(request());
        CountDownLatch go = new CountDownLatch(1);
        backend.duringStatus = () -> waitFor(go);
        tick();
        for (int i = 0; i < 100; i++) {
            backend.reports.wake();
            clock.advance(LONG);
        }
        assertThat(backend.polls()).isEqualTo(1);
        go.countDown();
        tick();
        assertThat(backend.mostAtOnce.get()).isEqualTo(1);
    }

    @Test
    void wakeMakesTheNextTickImmediateAndKeepsTheShortestInterval() {
        cluster.submit(request());
        clock.advance(Duration.ofHours(1));
        await().until(() -> backend.polls() == 1);
        clock.advance(Duration.ofSeconds(1));
        backend.reports.wake();
        await().until(() -> backend.polls() == 2);
        backend.reports.wake();
        clock.advance(Duration.ofMillis(400));
        await().during(Duration.ofMillis(50)).until(() -> backend.polls() == 2);
        clock.advance(Duration.ofMillis(100));
        await().until(() -> backend.polls() == 3);
    }

    @Test
    void forcedRefreshesShareOnePoll() throws Exception {
        JobHandle job = cluster.submit(request());
        tick();
        int before = backend.polls();
        ExecutorService threads = Executors.newFixedThreadPool(20);
        try {
            List<Future<Job>> answers = IntStream.range(0, 20)
                    .mapToObj(i -> threads.submit(job::refresh))
                    .toList();
            await().during(Duration.ofMillis(50)).until(() -> backend.polls() == before);
            clock.advance(Duration.ofMillis(500));
            for (Future<Job> answer : answers) {
                assertThat(answer.get().state()).isEqualTo(JobState.PENDING);
            }
            assertThat(backend.polls()).isEqualTo(before + 1);
        } finally {
            threads.shutdownNow();
        }
    }

    // ---------------------------------------------------------------- 2: unreachable is not gone

    @Test
    void backendThatFailsForAnHourChangesNoStateAndIsNotPestered() {
        List<JobHandle> jobs = cluster.submitAll(Collections.nCopies(100, request()));
        jobs.forEach(j -> backend.set(j.id(), JobState.RUNNING));
        tickUntil(jobs.get(0), JobState.RUNNING);
        List<JobEvent> events = Collections.synchronizedList(new ArrayList<>());
        cluster.onEvent(events::add);
        backend.isDown = true;
        int before = backend.polls();
        for (int second = 0; second < 3600; second += 15) {
            clock.advance(Duration.ofSeconds(15));
            backend.reports.wake();
            await().pollDelay(Duration.ofMillis(6)).until(() -> true);
        }
        assertThat(backend.polls() - before).isBetween(60, 3600 / 15);
        assertThat(jobs).allMatch(j -> j.state() == JobState.RUNNING);
        assertThat(events).isEmpty();
        assertThat(backend.historyCalls.get()).isZero();
        backend.isDown = false;
        jobs.forEach(j -> backend.set(j.id(), JobState.COMPLETED));
        tickUntil(jobs.get(99), JobState.COMPLETED);
    }

    @Test
    void jobMissingFromTheQueueHasTheEndThatTheAccountingTells() {
        JobHandle job = cluster.submit(request());
        backend.forget(job.id());
        backend.accounting.put(
                job.id(),
                Job.builder(job.id(), JobState.FAILED)
                        .exitStatus(ExitStatus.ofCode(3))
                        .build());
        tickUntil(job, JobState.FAILED);
        assertThat(job.job().exitStatus()).contains(ExitStatus.ofCode(3));
    }

    @Test
    void jobThatVanishesIsLostAfterTheGracePeriodAndCanComeBack() throws Exception {
        JobHandle job = cluster.submit(request());
        List<JobState> seen = Collections.synchronizedList(new ArrayList<>());
        job.onChange(j -> seen.add(j.state()));
        AtomicInteger completions = new AtomicInteger();
        Future<Void> counted = job.completion().thenRun(completions::incrementAndGet);
        backend.set(job.id(), JobState.RUNNING);
        tickUntil(job, JobState.RUNNING);
        backend.forget(job.id());
        tick();
        assertThat(job.state()).isEqualTo(JobState.RUNNING);
        tickUntil(job, JobState.LOST);
        assertThat(job.await(LONG).state()).isEqualTo(JobState.LOST);
        backend.set(job.id(), JobState.RUNNING);
        tickUntil(job, JobState.RUNNING);
        backend.set(job.id(), JobState.COMPLETED);
        tickUntil(job, JobState.COMPLETED);
        await().until(() -> seen.contains(JobState.COMPLETED));
        assertThat(seen).containsExactly(JobState.RUNNING, JobState.LOST, JobState.RUNNING, JobState.COMPLETED);
        assertThat(counted).isDone();
        assertThat(completions.get()).isEqualTo(1);
    }

    @Test
    void jobThatVanishesForAMomentIsNeverLost() {
        JobHandle job = cluster.submit(request());
        List<JobState> seen = Collections.synchronizedList(new ArrayList<>());
        job.onChange(j -> seen.add(j.state()));
        for (int i = 0; i < 5; i++) {
            backend.forget(job.id());
            tick();
            backend.set(job.id(), JobState.RUNNING);
            tick();
        }
        tickUntil(job, JobState.RUNNING);
        assertThat(seen).doesNotContain(JobState.LOST);
    }

    @Test
    void accountingThatSaysRunningForEverDoesNotDecideAgainstTheQueue() {
        JobHandle job = cluster.submit(request());
        backend.forget(job.id());
        backend.accounting.put(job.id(), Job.builder(job.id(), JobState.RUNNING).build());
        tickUntil(job, JobState.RUNNING);
        tickUntil(job, JobState.LOST);
    }

    @Test
    void stateThatNobodyKnowsCountsAsLiveAndKeepsItsWord() {
        JobHandle job = cluster.submit(request());
        backend.queue.put(
                job.id(),
                Job.builder(job.id(), JobState.UNKNOWN).rawState("SIGNALING").build());
        tickUntil(job, JobState.UNKNOWN);
        assertThat(job.job().rawState()).isEqualTo("SIGNALING");
        assertThat(job.completion()).isNotDone();
    }

    // ---------------------------------------------------------------- 3: no job twice, none forgotten

    @Test
    void keyIsInTheStoreBeforeAnythingIsSent() {
        backend.duringSubmit =
                () -> assertThat(store.findByKey("scripted:", "k1")).isPresent();
        cluster.submit(JobRequest.command("true").key("k1").build());
        assertThat(store.findByKey("scripted:", "k1").flatMap(StoredJob::id)).contains(JobId.of("1"));
    }

    @Test
    void lostAnswerIsResolvedByTheKey() {
        backend.answerOfSubmitIsLost = true;
        JobHandle job = cluster.submit(request());
        assertThat(job.id()).isEqualTo(JobId.of("1"));
        assertThat(backend.submitted.get()).isEqualTo(1);
    }

    @Test
    void sameKeyFromManyThreadsSubmitsOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<JobHandle>> handles = Stream.generate(() -> threads.submit(() -> cluster.submit(
                            JobRequest.command("true").key("same").build())))
                    .limit(64)
                    .toList();
            for (Future<JobHandle> handle : handles) {
                assertThat(handle.get().id()).isEqualTo(JobId.of("1"));
            }
            assertThat(backend.submitted.get()).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void requestThatFoundTheSchedulerAwayCanBeSentAgain() {
        JobRequest request = JobRequest.command("true").key("again").build();
        backend.isDown = true;
        assertThatThrownBy(() -> cluster.submit(request)).isInstanceOf(BackendUnavailableException.class);
        backend.isDown = false;
        assertThat(cluster.submit(request).id()).isEqualTo(JobId.of("1"));
        assertThat(cluster.submit(request).id()).isEqualTo(JobId.of("1"));
    }

    @Test
    void jobWhoseSubmitterDiedBeforeTheAnswerIsTakenUpByTheNext() {
        store.recordIntents(
                "scripted:", List.of(JobRequest.command("true").key("orphan").build()), clock.instant());
        backend.keys.put("orphan", JobId.of("77"));
        backend.set(JobId.of("77"), JobState.RUNNING);
        cluster.close();
        cluster = connect();
        assertThat(cluster.openJobs()).extracting(JobHandle::id).containsExactly(JobId.of("77"));
    }

    // ---------------------------------------------------------------- listeners, futures, waiting

    @Test
    void listenersThatThrowOrBlockHarmNobody() {
        List<JobHandle> jobs = cluster.submitAll(Collections.nCopies(20, request()));
        CountDownLatch never = new CountDownLatch(1);
        jobs.forEach(j -> j.onChange(x -> {
            throw new IllegalStateException("a listener of a test");
        }));
        jobs.subList(0, 5).forEach(j -> j.onChange(x -> waitFor(never)));
        Future<Void> blocked = jobs.get(6).completion().thenRun(() -> waitFor(never));
        List<JobId> told = Collections.synchronizedList(new ArrayList<>());
        jobs.forEach(j -> j.onChange(x -> told.add(x.id())));
        jobs.forEach(j -> backend.set(j.id(), JobState.COMPLETED));
        tick();
        await().until(() -> told.size() == 20);
        await().until(() -> jobs.stream().allMatch(j -> j.completion().isDone()));
        assertThat(blocked.isDone()).isFalse();
        never.countDown();
    }

    @Test
    void listenerIsNeverCalledTwiceAtOnceAndInOrder() {
        JobHandle job = cluster.submit(request());
        AtomicInteger inside = new AtomicInteger();
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        job.onChange(j -> {
            assertThat(inside.incrementAndGet()).isEqualTo(1);
            seen.add(j.rawState());
            inside.decrementAndGet();
        });
        List<String> told = IntStream.range(0, 500).mapToObj(i -> "R" + i).toList();
        told.forEach(word -> backend.reports.report(
                List.of(Job.builder(job.id(), JobState.RUNNING).rawState(word).build())));
        await().until(() -> seen.size() == told.size());
        assertThat(seen).isEqualTo(told);
    }

    @Test
    void reportIsTakenAtOnceAndNoOlderAnswerUndoesIt() throws Exception {
        JobHandle job = cluster.submit(request());
        backend.set(job.id(), JobState.PENDING);
        backend.duringStatus = () -> backend.reports.report(
                List.of(Job.builder(job.id(), JobState.RUNNING).build()));
        tick();
        await().until(() -> job.state() == JobState.RUNNING);
        await().during(Duration.ofMillis(50)).until(() -> job.state() == JobState.RUNNING);
        backend.reports.report(List.of(Job.builder(job.id(), JobState.COMPLETED).build()));
        assertThat(job.completion().get(5, TimeUnit.SECONDS).isSuccess()).isTrue();
    }

    @Test
    void reportBeforeTheSubmissionHasReturnedIsNotForgotten() throws Exception {
        backend.duringSubmit = () -> backend.reports.report(
                List.of(Job.builder(JobId.of("1"), JobState.COMPLETED).build()));
        JobHandle job = cluster.submit(request());
        assertThat(job.completion().get(5, TimeUnit.SECONDS).isSuccess()).isTrue();
    }

    @Test
    void listenerRegisteredAfterTheEndIsCalledOnce() {
        JobHandle job = cluster.submit(request());
        backend.set(job.id(), JobState.COMPLETED);
        tickUntil(job, JobState.COMPLETED);
        List<Job> seen = Collections.synchronizedList(new ArrayList<>());
        job.onChange(seen::add);
        await().until(() -> seen.size() == 1);
    }

    @Test
    void awaitPastItsLimitThrowsAndLeavesTheJobRunning() {
        JobHandle job = cluster.submit(request());
        assertThatThrownBy(() -> job.await(Duration.ofMillis(20)))
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("goes on");
        assertThat(backend.queue.get(job.id())).returns(JobState.PENDING, Job::state);
    }

    @Test
    void interruptedAwaitStopsAtOnce() throws InterruptedException {
        JobHandle job = cluster.submit(request());
        CountDownLatch interrupted = new CountDownLatch(1);
        Thread waiting = new Thread(() -> {
            try {
                job.await(Duration.ofHours(1));
            } catch (InterruptedException e) {
                interrupted.countDown();
            } catch (TimeoutException e) {
                throw new AssertionError(e);
            }
        });
        waiting.start();
        await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
        waiting.interrupt();
        assertThat(interrupted.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(backend.queue.get(job.id())).returns(JobState.PENDING, Job::state);
    }

    @Test
    void startedCompletesWhenTheJobRuns() {
        JobHandle job = cluster.submit(request());
        Future<Job> started = job.started();
        tick();
        assertThat(started.isDone()).isFalse();
        backend.set(job.id(), JobState.RUNNING);
        tickUntil(job, JobState.RUNNING);
        await().until(started::isDone);
    }

    // ---------------------------------------------------------------- 6: closing leaves jobs running

    @Test
    void closingFreesWhoWaitsAndTheNextConnectionTakesUpEveryOpenJob() {
        List<JobHandle> jobs = cluster.submitAll(Collections.nCopies(50, request()));
        Future<Job> waiting = jobs.get(0).completion();
        cluster.close();
        assertThatThrownBy(waiting::get).hasRootCauseInstanceOf(CancellationException.class);
        assertThat(backend.queue.values()).allMatch(j -> j.state() == JobState.PENDING);
        cluster = connect();
        assertThat(cluster.openJobs()).hasSize(50);
        jobs.forEach(j -> backend.set(j.id(), JobState.COMPLETED));
        List<JobHandle> taken = cluster.openJobs();
        tick();
        await().until(() -> taken.stream().allMatch(j -> j.state() == JobState.COMPLETED));
        await().until(() -> store.open("scripted:").isEmpty());
    }

    @Test
    void storeThatFailsForAWhileGetsEveryChangeInTheEnd() {
        cluster.close();
        FlakyStore flaky = new FlakyStore(store);
        cluster = Cluster.builder("scripted:")
                .provider(backend)
                .store(flaky)
                .clock(clock)
                .connect();
        JobHandle job = cluster.submit(request());
        flaky.isDown = true;
        backend.set(job.id(), JobState.COMPLETED);
        tickUntil(job, JobState.COMPLETED);
        await().until(() -> flaky.refused.get() > 0);
        flaky.isDown = false;
        await().until(() -> store.open("scripted:").isEmpty());
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Refuses updates while it is down. */
    private static final class FlakyStore implements JobStore {
        private final JobStore store;
        private volatile boolean isDown;
        private final AtomicInteger refused = new AtomicInteger();

        private FlakyStore(JobStore store) {
            this.store = store;
        }

        @Override
        public void update(String cluster, Collection<Job> jobs) {
            if (isDown) {
                refused.incrementAndGet();
                throw new IllegalStateException("the database is away");
            }
            store.update(cluster, jobs);
        }

        @Override
        public void recordIntents(String cluster, Collection<JobRequest> requests, Instant at) {
            store.recordIntents(cluster, requests, at);
        }

        @Override
        public void bind(String cluster, Collection<Binding> bindings) {
            store.bind(cluster, bindings);
        }

        @Override
        public void discard(String cluster, String key) {
            store.discard(cluster, key);
        }

        @Override
        public Optional<StoredJob> findByKey(String cluster, String key) {
            return store.findByKey(cluster, key);
        }

        @Override
        public Optional<StoredJob> find(String cluster, JobId id) {
            return store.find(cluster, id);
        }

        @Override
        public List<StoredJob> open(String cluster) {
            return store.open(cluster);
        }

        @Override
        public List<StoredJob> list(String cluster, JobQuery query) {
            return store.list(cluster, query);
        }

        @Override
        public List<JobEnd> endsAfter(String cluster, long position, int limit) {
            return store.endsAfter(cluster, position, limit);
        }

        @Override
        public ListenerCursor takeCursor(String cluster, String listener, String owner) {
            return store.takeCursor(cluster, listener, owner);
        }

        @Override
        public boolean moveCursor(String cluster, String listener, String owner, ListenerCursor cursor) {
            return store.moveCursor(cluster, listener, owner, cursor);
        }

        @Override
        public Map<String, ListenerCursor> cursors(String cluster) {
            return store.cursors(cluster);
        }

        @Override
        public void forgetListener(String cluster, String listener) {
            store.forgetListener(cluster, listener);
        }

        @Override
        public int forgetEnded(String cluster, Instant endedBefore, int limit) {
            return store.forgetEnded(cluster, endedBefore, limit);
        }
    }
}
