package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobEnd;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.JobStore;
import io.hpc4j.core.ListenerCursor;
import io.hpc4j.core.Subscription;
import io.hpc4j.core.WatchSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each end is told exactly once to each durable listener. */
@Timeout(60)
class DurableListenerTest {

    private static final WatchSettings QUICK = WatchSettings.DEFAULT
            .withIntervals(Duration.ofMillis(5), Duration.ofMillis(40))
            .withLostGrace(Duration.ofMillis(20));

    private final ScriptedBackend backend = new ScriptedBackend(Clock.systemUTC());
    private final FaultyStore store = new FaultyStore(JobStore.inMemory());
    private final List<JobEnd> told = new CopyOnWriteArrayList<>();
    private final List<Cluster> open = new ArrayList<>();
    private Cluster cluster = connect();

    private Cluster connect() {
        return connect(QUICK);
    }

    private Cluster connect(WatchSettings settings) {
        Cluster connected = Cluster.builder("scripted:")
                .provider(backend)
                .store(store)
                .watch(settings)
                .connect();
        open.add(connected);
        return connected;
    }

    @AfterEach
    void close() {
        store.fault = () -> {};
        open.forEach(Cluster::close);
    }

    private Job end(JobState state) throws Exception {
        JobHandle job =
                cluster.submit(JobRequest.command("true").label("n", "1").build());
        backend.set(job.id(), state);
        return job.await(Duration.ofSeconds(20));
    }

    private static List<JobId> ids(List<JobEnd> ends) {
        return ends.stream().map(e -> e.job().id()).toList();
    }

    private void awaitTold(int count) {
        await().until(() -> told.size() >= count);
        assertThat(told).hasSize(count);
    }

    private ListenerCursor cursor(String listener) {
        return store.cursors("scripted:").getOrDefault(listener, ListenerCursor.START);
    }

    // ---------------------------------------------------------------- once, in order

    @Test
    void eachEndIsToldOnceAndInOrder() throws Exception {
        cluster.onEnd("billing", told::add);
        List<JobHandle> jobs = cluster.submitAll(
                Collections.nCopies(250, JobRequest.command("true").build()));
        jobs.forEach(j -> backend.set(j.id(), JobState.COMPLETED));
        awaitTold(250);

        assertThat(ids(told)).doesNotHaveDuplicates();
        assertThat(told).extracting(JobEnd::position).isSorted();
        assertThat(told).allMatch(e -> !e.maybeSeen() && e.request().isPresent());
        await().until(() ->
                cursor("billing").equals(ListenerCursor.behind(told.get(249).position())));
    }

    @Test
    void endsOfEarlierProcessesAreToldFirst() throws Exception {
        Job first = end(JobState.FAILED);
        cluster.close();
        cluster = connect();
        cluster.onEnd("billing", told::add);
        awaitTold(1);
        Job second = end(JobState.COMPLETED);
        awaitTold(2);

        assertThat(ids(told)).containsExactly(first.id(), second.id());
    }

    @Test
    void whatWasToldIsNotToldAgainByALaterProcess() throws Exception {
        cluster.onEnd("billing", told::add);
        end(JobState.COMPLETED);
        awaitTold(1);
        cluster.close();
        cluster = connect();
        cluster.onEnd("billing", told::add);
        Job second = end(JobState.COMPLETED);
        awaitTold(2);

        assertThat(told.get(1).job().id()).isEqualTo(second.id());
    }

    @Test
    void jobThatEndedWhileNobodyWasConnectedIsToldByTheNextProcess() throws Exception {
        cluster.onEnd("billing", told::add);
        JobHandle job = cluster.submit(JobRequest.command("true").build());
        cluster.close();
        backend.set(job.id(), JobState.TIMED_OUT);
        cluster = connect();
        cluster.onEnd("billing", told::add);
        awaitTold(1);

        assertThat(told.get(0).job().state()).isEqualTo(JobState.TIMED_OUT);
    }

    @Test
    void listenersAreIndependentAndEachHasItsOwnCursor() throws Exception {
        List<JobEnd> others = new CopyOnWriteArrayList<>();
        CountDownLatch go = new CountDownLatch(1);
        cluster.onEnd("stuck", e -> waitFor(go));
        cluster.onEnd("failing", e -> {
            throw new IllegalStateException("never");
        });
        cluster.onEnd("billing", told::add);
        end(JobState.COMPLETED);
        end(JobState.COMPLETED);
        cluster.onEnd("late", others::add);
        awaitTold(2);
        await().until(() -> others.size() == 2);
        assertThat(cursor("stuck").told()).isZero();
        assertThat(cursor("failing").told()).isZero();
        go.countDown();
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void tenThousandEndsNeedNoThreadOfTheirOwn() {
        int threads = Thread.activeCount();
        for (int i = 0; i < 20; i++) {
            cluster.onEnd("listener-" + i, told::add);
        }
        List<JobHandle> jobs = cluster.submitAll(
                Collections.nCopies(500, JobRequest.command("true").build()));
        jobs.forEach(j -> backend.set(j.id(), JobState.COMPLETED));
        awaitTold(10_000);

        assertThat(Thread.activeCount()).isLessThan(threads + 20);
    }

    // ---------------------------------------------------------------- exceptions

    @Test
    void listenerThatThrowsIsToldAgainWithAMarkUntilItReturns() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        cluster.onEnd("billing", e -> {
            told.add(e);
            if (calls.incrementAndGet() < 4) {
                throw new IllegalStateException("the bank is closed");
            }
        });
        Job first = end(JobState.COMPLETED);
        Job second = end(JobState.COMPLETED);
        awaitTold(5);

        assertThat(ids(told)).containsExactly(first.id(), first.id(), first.id(), first.id(), second.id());
        assertThat(told).extracting(JobEnd::maybeSeen).containsExactly(false, true, true, true, false);
    }

    @Test
    void pausesGrowWhileTheListenerThrows() throws Exception {
        List<Long> at = new CopyOnWriteArrayList<>();
        cluster.onEnd("billing", e -> {
            at.add(System.nanoTime());
            if (at.size() < 5) {
                throw new IllegalStateException("the bank is closed");
            }
        });
        end(JobState.COMPLETED);
        await().until(() -> at.size() == 5);

        assertThat(TimeUnit.NANOSECONDS.toMillis(at.get(4) - at.get(0))).isGreaterThanOrEqualTo(5 + 10 + 20 + 40);
    }

    @Test
    void errorThrownByAListenerIsLikeAnException() throws Exception {
        cluster.onEnd("billing", e -> {
            told.add(e);
            if (!e.maybeSeen()) {
                throw new AssertionError("an error");
            }
        });
        end(JobState.COMPLETED);

        awaitTold(2);
    }

    @Test
    void interruptThatAListenerLeavesBehindDoesNotReachTheStore() throws Exception {
        Set<Boolean> interrupts = ConcurrentHashMap.newKeySet();
        cluster.onEnd("billing", e -> {
            store.fault = () -> interrupts.add(Thread.currentThread().isInterrupted());
            Thread.currentThread().interrupt();
            told.add(e);
        });
        end(JobState.COMPLETED);
        awaitTold(1);
        await().until(() -> !interrupts.isEmpty());

        assertThat(interrupts).containsExactly(false);
    }

    // ---------------------------------------------------------------- stores that fail

    @Test
    void storeThatFailsAtAnyCallCausesNoEndToBeToldTwiceOrLost() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        cluster.onEnd("billing", told::add);
        store.fault = () -> {
            if (calls.incrementAndGet() % 3 == 0) {
                throw new IllegalStateException("the database is away");
            }
        };
        for (int i = 0; i < 20; i++) {
            store.isQuiet.set(true);
            JobHandle job = cluster.submit(JobRequest.command("true").build());
            store.isQuiet.remove();
            backend.set(job.id(), JobState.COMPLETED);
        }
        awaitTold(20);
        await().until(() ->
                cursor("billing").equals(ListenerCursor.behind(told.get(19).position())));

        assertThat(ids(told)).doesNotHaveDuplicates();
        assertThat(told).noneMatch(JobEnd::maybeSeen);
        assertThat(calls.get()).isGreaterThan(40);
    }

    @Test
    void closingDoesNotInterruptTheStore() throws Exception {
        Thread closing = new Thread(cluster::close);
        CountDownLatch inStore = new CountDownLatch(1);
        Set<Boolean> interrupts = ConcurrentHashMap.newKeySet();
        store.isQuiet.set(true);
        JobHandle job = cluster.submit(JobRequest.command("true").build());
        store.fault = () -> {
            inStore.countDown();
            await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
            interrupts.add(Thread.currentThread().isInterrupted());
        };
        backend.set(job.id(), JobState.COMPLETED);
        inStore.await();
        closing.start();
        closing.join();

        assertThat(interrupts).containsExactly(false);
        assertThat(store.open("scripted:")).isEmpty();
    }

    @Test
    void processKilledInMidCallTellsTheEndAgainWithAMark() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        cluster.onEnd("billing", e -> {
            told.add(e);
            waitFor(never);
        });
        Job job = end(JobState.COMPLETED);
        awaitTold(1);
        // what a process that was killed leaves behind is what the store has now
        Cluster next = connect();
        next.onEnd("billing", told::add);
        awaitTold(2);

        assertThat(ids(told)).containsExactly(job.id(), job.id());
        assertThat(told.get(1).maybeSeen()).isTrue();
        never.countDown();
    }

    @Test
    void whoRegistersLastTellsAndTheEarlierOneFallsSilent() throws Exception {
        List<JobEnd> toldByNew = new CopyOnWriteArrayList<>();
        cluster.onEnd("billing", told::add);
        end(JobState.COMPLETED);
        awaitTold(1);
        Cluster next = connect();
        next.onEnd("billing", toldByNew::add);
        end(JobState.COMPLETED);
        end(JobState.COMPLETED);
        JobHandle last = next.submit(JobRequest.command("true").build());
        backend.set(last.id(), JobState.COMPLETED);
        await().until(() -> toldByNew.size() == 3);

        assertThat(told).hasSize(1);
        assertThat(toldByNew).noneMatch(JobEnd::maybeSeen);
    }

    // ---------------------------------------------------------------- ends that are none yet

    @Test
    void lostJobIsToldOnlyWhenItIsGivenUp() throws Exception {
        WatchSettings keepsLong = new WatchSettings(
                Duration.ofMillis(5), Duration.ofMillis(20), Duration.ofMillis(20), Duration.ofMillis(400));
        cluster.close();
        cluster = connect(keepsLong);
        cluster.onEnd("billing", told::add);
        JobHandle job = cluster.submit(JobRequest.command("true").build());
        backend.forget(job.id());
        assertThat(job.await(Duration.ofSeconds(20)).state()).isEqualTo(JobState.LOST);
        assertThat(told).isEmpty();
        awaitTold(1);

        Job given = told.get(0).job();
        assertThat(given.state()).isEqualTo(JobState.LOST);
        assertThat(given.endedAt()).isPresent();
        assertThat(given.reason().orElseThrow()).contains("given up");
        assertThat(store.open("scripted:")).isEmpty();
        assertThat(cluster.openJobs()).isEmpty();
    }

    @Test
    void lostJobThatComesBackIsToldItsTrueEndOnly() throws Exception {
        cluster.onEnd("billing", told::add);
        JobHandle job = cluster.submit(JobRequest.command("true").build());
        backend.forget(job.id());
        assertThat(job.await(Duration.ofSeconds(20)).state()).isEqualTo(JobState.LOST);
        backend.set(job.id(), JobState.COMPLETED);
        awaitTold(1);

        assertThat(told.get(0).job().state()).isEqualTo(JobState.COMPLETED);
    }

    @Test
    void secondEndOfARequeuedJobIsAnotherEnd() throws Exception {
        cluster.onEnd("billing", told::add);
        Job first = end(JobState.NODE_FAILED);
        Job again = first.toBuilder().state(JobState.RUNNING).attempt(2).build();
        backend.queue.put(first.id(), again);
        cluster.attach(first.id());
        backend.queue.put(
                first.id(), again.toBuilder().state(JobState.COMPLETED).build());
        awaitTold(2);

        assertThat(told).extracting(e -> e.job().attempt()).containsExactly(1, 2);
        assertThat(told).extracting(e -> e.job().state()).containsExactly(JobState.NODE_FAILED, JobState.COMPLETED);
    }

    @Test
    void jobFoundByItsKeyAfterItsEndIsToldToo() throws Exception {
        cluster.onEnd("billing", told::add);
        JobRequest request = JobRequest.command("true").key("k").build();
        store.recordIntents("scripted:", List.of(request), Instant.EPOCH);
        backend.keys.put("k", JobId.of("77"));
        backend.set(JobId.of("77"), JobState.COMPLETED);
        assertThat(cluster.submit(request).id()).isEqualTo(JobId.of("77"));

        awaitTold(1);
    }

    // ---------------------------------------------------------------- registering and closing

    @Test
    void nameIsCheckedAndMayBeThereOnce() {
        cluster.onEnd("billing", told::add);
        Consumer<JobEnd> none = e -> {};

        assertThatThrownBy(() -> cluster.onEnd("billing", none)).isInstanceOf(IllegalStateException.class);
        for (String name : List.of("", " ", "a b", "x\n", "-", "n".repeat(65))) {
            assertThatThrownBy(() -> cluster.onEnd(name, none))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("64");
        }
    }

    @Test
    void closedSubscriptionIsToldNothingMoreAndItsNameMayComeAgain() throws Exception {
        Subscription subscription = cluster.onEnd("billing", told::add);
        end(JobState.COMPLETED);
        awaitTold(1);
        subscription.close();
        Job second = end(JobState.COMPLETED);
        assertThat(told).hasSize(1);
        cluster.onEnd("billing", told::add);
        awaitTold(2);

        assertThat(told.get(1).job().id()).isEqualTo(second.id());
        assertThat(told.get(1).maybeSeen()).isFalse();
    }

    @Test
    void closingWaitsForACallThatIsUnderWay() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        cluster.onEnd("billing", e -> {
            inside.countDown();
            waitFor(go);
            told.add(e);
        });
        end(JobState.COMPLETED);
        inside.await();
        Thread closing = new Thread(cluster::close);
        closing.start();
        go.countDown();
        closing.join();

        assertThat(told).hasSize(1);
        assertThat(cursor("billing"))
                .isEqualTo(ListenerCursor.behind(told.get(0).position()));
    }

    @Test
    void whatIsRecordedWhenTheClusterIsClosedIsStillTold() {
        cluster.onEnd("billing", told::add);
        List<JobHandle> jobs = cluster.submitAll(
                Collections.nCopies(300, JobRequest.command("true").build()));
        jobs.forEach(j -> backend.set(j.id(), JobState.COMPLETED));
        await().until(() -> store.open("scripted:").isEmpty());
        cluster.close();

        assertThat(told).hasSize(300);
    }

    @Test
    void listenerMayCloseItsOwnCluster() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        cluster.onEnd("billing", e -> {
            told.add(e);
            cluster.close();
            closed.countDown();
        });
        end(JobState.COMPLETED);

        assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
        await().until(() ->
                cursor("billing").equals(ListenerCursor.behind(told.get(0).position())));
        assertThat(told).hasSize(1);
    }
}
