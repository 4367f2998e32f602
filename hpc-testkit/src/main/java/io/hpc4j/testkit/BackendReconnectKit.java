package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.hpc4j.core.ArrayRange;
import io.hpc4j.core.BackendUnavailableException;
import io.hpc4j.core.BatchSubmitException;
import io.hpc4j.core.Capability;
import io.hpc4j.core.Cluster;
import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.JobStore;
import io.hpc4j.core.RejectedJobException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** That no job is lost and none runs twice: over lost answers, closed connections, many jobs and many threads. */
abstract class BackendReconnectKit extends BackendNodesKit {

    private static final int MANY = 200;
    private static final int THREADS = 8;

    // ---------------------------------------------------------------- lost answers

    @Test
    void jobWhoseAnswerWasLostIsFoundByItsKeyAndRunsOnce() {
        needs(Capability.FIND_BY_KEY);
        Faults faults = Faults.none().next("submit", Fault.AFTER);
        Cluster connected = connect(new FaultyProvider(provider(), faults), JobStore.inMemory());
        String name = uniqueName();

        JobHandle handle = submit(connected, sh("echo ran >> runs").name(name).build());

        assertThat(faults.counts()).containsEntry(Fault.AFTER, 1);
        assertThat(end(handle).state()).isEqualTo(JobState.COMPLETED);
        assertThat(connected.list(JobQuery.all().withName(name))).hasSize(1);
        assertThat(lines("runs")).containsExactly("ran");
    }

    @Test
    void jobsWhoseAnswersWereLostTogetherRunOnceEach() {
        needs(Capability.FIND_BY_KEY);
        Faults faults = Faults.none().next("submit", Fault.AFTER);
        Cluster connected = connect(new FaultyProvider(provider(), faults), JobStore.inMemory());

        List<JobHandle> handles = connected.submitAll(requests(5, i -> sh("echo $1 >> runs", Integer.toString(i))));
        handles.forEach(this::remember);

        assertThat(handles).allMatch(handle -> end(handle).isSuccess());
        assertThat(lines("runs")).containsExactlyInAnyOrder("0", "1", "2", "3", "4");
    }

    @Test
    void arrayWhoseAnswerWasLostIsFoundByItsKeyAndRunsOnce() {
        needs(Capability.FIND_BY_KEY, Capability.ARRAYS);
        Faults faults = Faults.none().next("submit", Fault.AFTER);
        Cluster connected = connect(new FaultyProvider(provider(), faults), JobStore.inMemory());

        List<JobHandle> handles =
                connected.submitArray(sh("echo $HPC_ARRAY_INDEX >> runs").build(), ArrayRange.of(1, 3));
        handles.forEach(this::remember);

        assertThat(handles).hasSize(3).allMatch(handle -> end(handle).isSuccess());
        assertThat(lines("runs")).containsExactlyInAnyOrder("1", "2", "3");
    }

    @Test
    void lostAnswerIsAnErrorWhereJobsCannotBeFoundByTheirKeys() {
        assumeFalse(cluster().capabilities().contains(Capability.FIND_BY_KEY), "this backend offers FIND_BY_KEY");
        Faults faults = Faults.none().next("submit", Fault.AFTER);
        Cluster connected = connect(new FaultyProvider(provider(), faults), JobStore.inMemory());

        assertThatThrownBy(() -> submit(connected, sh("true").build())).isInstanceOf(BackendUnavailableException.class);
    }

    @Test
    void jobSubmittedByAProcessThatDiedBeforeTheAnswerIsTakenUp() {
        needs(Capability.FIND_BY_KEY);
        JobRequest request = gated("gate").key("crashed-" + UUID.randomUUID()).build();
        JobHandle handle = submit(cluster(), request);
        JobStore storeOfTheDead = JobStore.inMemory();
        storeOfTheDead.recordIntents(cluster().toString(), List.of(request), Instant.now());

        Cluster next = connect(storeOfTheDead);

        assertThat(next.openJobs()).extracting(JobHandle::id).containsExactly(handle.id());
    }

    @Test
    void sameKeyIsSubmittedOnceByClientsThatDoNotKnowEachOther() {
        needs(Capability.FIND_BY_KEY);
        JobRequest request =
                sh("echo ran >> runs").key("twice-" + UUID.randomUUID()).build();
        JobHandle first = submit(cluster(), request);

        JobHandle second = submit(connect(JobStore.inMemory()), request);

        assertThat(second.id()).isEqualTo(first.id());
        end(first);
        assertThat(lines("runs")).containsExactly("ran");
    }

    // ---------------------------------------------------------------- closing and connecting again

    @Test
    void jobGoesOnWhenTheClusterIsClosedAndIsTakenUpByTheSameStore() {
        JobStore store = JobStore.inMemory();
        Cluster first = connect(store);
        JobHandle handle = submit(first, gated("gate", "exit 7").build());
        untilRunning(handle);

        first.close();
        Cluster second = connect(store);

        assertThat(second.openJobs()).extracting(JobHandle::id).containsExactly(handle.id());
        JobHandle again = remember(second.openJobs().get(0));
        untilRunning(again);
        openGate("gate");
        assertThat(end(again).exitStatus()).contains(ExitStatus.ofCode(7));
    }

    @Test
    void waitingJobRunsAlthoughNobodyIsConnectedAnyMore() {
        Cluster first = connect(JobStore.inMemory());
        submit(first, gated("gate", "echo second >> ran").build());
        first.close();

        openGate("gate");

        untilExists("ran");
    }

    @Test
    void exitCodeIsKeptWhenNobodyWasConnectedAtTheEnd() {
        JobStore store = JobStore.inMemory();
        Cluster first = connect(store);
        JobHandle handle =
                submit(first, gated("gate", "echo ended > ended; exit 7").build());
        untilRunning(handle);
        first.close();
        openGate("gate");
        untilExists("ended");

        JobHandle again = remember(connect(store).attach(handle.id()));

        Job job = end(again);
        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.exitStatus()).contains(ExitStatus.ofCode(7));
    }

    @Test
    void jobOfAnotherClientIsAttachedWithAnEmptyStore() {
        JobHandle handle = submit(gated("gate", "exit 7"));
        untilRunning(handle);

        JobHandle other = remember(connect(JobStore.inMemory()).attach(handle.id()));
        openGate("gate");

        assertThat(end(other).exitStatus()).contains(ExitStatus.ofCode(7));
    }

    @Test
    void clusterCanBeClosedTwice() {
        Cluster connected = connect(JobStore.inMemory());
        connected.close();
        connected.close();
    }

    // ---------------------------------------------------------------- many

    private static List<JobRequest> requests(int count, IntFunction<JobRequest.Builder> request) {
        return IntStream.range(0, count).mapToObj(i -> request.apply(i).build()).toList();
    }

    @Test
    void manyJobsAtOnceAllHaveTheirTrueExitCodes() {
        List<JobHandle> handles = submitAll(requests(MANY, i -> sh("echo $1 >> runs; exit $1", Integer.toString(i))));

        for (int i = 0; i < MANY; i++) {
            Job job = end(handles.get(i), maxWait().multipliedBy(10));
            assertThat(job.exitStatus()).as(job.toString()).contains(ExitStatus.ofCode(i));
            assertThat(job.isSuccess()).isEqualTo(i == 0);
        }
        assertThat(lines("runs"))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, MANY).mapToObj(Integer::toString).toList());
    }

    @Test
    void handlesAreReturnedInTheOrderOfTheRequests() {
        String name = uniqueName();
        List<JobHandle> handles = submitAll(requests(10, i -> sh("true").name(name + "-" + i)));

        for (int i = 0; i < 10; i++) {
            assertThat(handles.get(i).job().name()).contains(name + "-" + i);
            assertThat(handles.get(i).refresh().name()).contains(name + "-" + i);
        }
    }

    @Test
    void goodRequestsAmongBadOnesAreSubmitted() {
        List<JobRequest> requests = List.of(
                sh("exit 4").build(),
                sh("true").queue("no-such-queue").build(),
                sh("exit 5").build());

        assertThatThrownBy(() -> submitAll(requests)).isInstanceOfSatisfying(BatchSubmitException.class, e -> {
            assertThat(e.failures()).containsOnlyKeys(1);
            assertThat(e.failures().get(1)).isInstanceOf(RejectedJobException.class);
            assertThat(e.submitted()).containsOnlyKeys(0, 2);
            e.submitted().values().forEach(this::remember);
            assertThat(e.submitted().values())
                    .extracting(handle -> end(handle).exitStatus().orElseThrow())
                    .containsExactly(ExitStatus.ofCode(4), ExitStatus.ofCode(5));
        });
    }

    @Test
    void submittingNothingDoesNothing() {
        assertThat(cluster().submitAll(List.of())).isEmpty();
    }

    @Test
    void eightThreadsSubmitAndAwaitWithoutMixingUpTheirJobs() {
        List<CompletableFuture<Void>> threads = inThreads(thread -> {
            for (int i = 0; i < 5; i++) {
                int code = thread * 10 + i;
                Job job = end(
                        submit(sh("exit $1", Integer.toString(code))), maxWait().multipliedBy(2));
                assertThat(job.exitStatus()).as(job.toString()).contains(ExitStatus.ofCode(code));
            }
        });

        assertThat(threads).allSatisfy(thread -> assertThat(thread).isCompleted());
    }

    @Test
    void sameKeyFromEightThreadsRunsOnce() {
        JobRequest request =
                sh("echo ran >> runs").key("threads-" + UUID.randomUUID()).build();

        List<CompletableFuture<Void>> threads = inThreads(thread -> end(submit(cluster(), request)));

        assertThat(threads).allSatisfy(thread -> assertThat(thread).isCompleted());
        assertThat(lines("runs")).containsExactly("ran");
    }

    @Test
    void eightThreadsReadWhileJobsComeAndGo() {
        List<CompletableFuture<Void>> threads = inThreads(thread -> {
            JobHandle handle = submit(sh("exit 2"));
            while (!handle.state().isEnded()) {
                assertThat(cluster().find(handle.id())).isPresent();
                cluster().list(JobQuery.live());
                cluster().nodes();
                cluster().queues();
                handle.refresh();
            }
            assertThat(end(handle).exitStatus()).contains(ExitStatus.ofCode(2));
        });

        assertThat(threads).allSatisfy(thread -> assertThat(thread).isCompleted());
    }

    /** Does something in eight threads, and returns when all are done. */
    private List<CompletableFuture<Void>> inThreads(IntConsumer work) {
        cluster(); // opened once, by this thread
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            threads.add(CompletableFuture.runAsync(() -> work.accept(number), pool));
        }
        CompletableFuture.allOf(threads.toArray(CompletableFuture[]::new))
                .exceptionally(e -> null)
                .join();
        pool.shutdown();
        return threads;
    }
}
