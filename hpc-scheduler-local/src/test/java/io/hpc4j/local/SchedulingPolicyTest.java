package io.hpc4j.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.hpc4j.local.SchedulingPolicy.Decision;
import io.hpc4j.local.SchedulingPolicy.Reservation;
import io.hpc4j.local.SchedulingPolicy.Start;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SchedulingPolicyTest {

    private static final int NODES = 3;
    private static final int SLOTS = 4;
    private static final long MEMORY = 100;

    /** A job of the simulated cluster: what it asks for, and for how long it really runs. */
    private record Sized(
            int number,
            int nodes,
            int tasks,
            int cpusPerTask,
            long memoryPerNode,
            int gpusPerNode,
            boolean exclusive,
            long walltimeMillis,
            long realMillis)
            implements WaitingJob {

        private static Sized of(int number, int nodes, int tasks, long walltime) {
            return new Sized(number, nodes, tasks, 1, 0, 0, false, walltime, walltime);
        }

        @Override
        public int queue() {
            return 0;
        }
    }

    private record InOrder(Deque<WaitingJob> jobs) implements WaitingJobs {
        @Override
        public @Nullable WaitingJob next() {
            return jobs.poll();
        }

        @Override
        public void skipQueue(int queue) {
            jobs.clear();
        }
    }

    private static FreeResources empty() {
        return new FreeResources(NODES, SLOTS, MEMORY, 1);
    }

    private static Decision decide(
            SchedulingPolicy policy, long now, List<Sized> waiting, List<RunningJob> running, FreeResources free) {
        return policy.decide(new SchedulingView(
                now, new InOrder(new ArrayDeque<>(waiting)), List.of(Integer.MAX_VALUE), () -> running, free));
    }

    /** Runs all jobs in virtual time, checking every decision; returns them in the order of their starts. */
    private static List<Sized> simulate(SchedulingPolicy policy, List<Sized> jobs) {
        List<Sized> waiting = new ArrayList<>(jobs);
        List<RunningJob> running = new ArrayList<>();
        List<Sized> started = new ArrayList<>();
        FreeResources free = empty();
        long now = 0;
        Optional<Reservation> promised = Optional.empty();
        while (!waiting.isEmpty()) {
            Decision decision = decide(policy, now, waiting, running, free);
            for (Start start : decision.starts()) {
                Sized job = (Sized) start.job();
                assertThat(free.holds(job, start.placement()))
                        .as("room for %s", job)
                        .isTrue();
                free.take(job, start.placement());
                running.add(new RunningJob(job, start.placement(), now + job.walltimeMillis()));
                waiting.remove(job);
                started.add(job);
                if (promised.isPresent() && promised.get().job().equals(job)) {
                    assertThat(now)
                            .as("start of the first in line")
                            .isLessThanOrEqualTo(promised.get().atMillis());
                    promised = Optional.empty();
                }
            }
            if (promised.isEmpty()) {
                promised = decision.reservation();
            }
            if (waiting.isEmpty()) {
                break;
            }
            assertThat(running).as("something runs while %s wait", waiting).isNotEmpty();
            now = endNext(running, free, now);
        }
        return started;
    }

    private static long endNext(List<RunningJob> running, FreeResources free, long now) {
        RunningJob next = running.get(0);
        for (RunningJob job : running) {
            next = realEnd(job) < realEnd(next) ? job : next;
        }
        running.remove(next);
        free.give(next.job(), next.placement());
        return Math.max(now, realEnd(next));
    }

    private static long realEnd(RunningJob job) {
        Sized sized = (Sized) job.job();
        return job.endMillis() - sized.walltimeMillis() + sized.realMillis();
    }

    @Property(tries = 300)
    void easyNeverOversubscribesNorDelaysTheFirstInLineAndStartsEverything(@ForAll("workloads") List<Sized> jobs) {
        assertThat(simulate(new EasyBackfill(EasyBackfill.DEPTH), jobs)).containsExactlyInAnyOrderElementsOf(jobs);
    }

    @Property(tries = 300)
    void fifoNeverOvertakesAndStartsEverything(@ForAll("workloads") List<Sized> jobs) {
        assertThat(simulate(EasyBackfill.fifo(), jobs)).isEqualTo(jobs);
    }

    @Provide
    Arbitrary<List<Sized>> workloads() {
        Arbitrary<Sized> job = Combinators.combine(
                        Arbitraries.integers().between(1, NODES),
                        Arbitraries.integers().between(1, 2),
                        Arbitraries.integers().between(1, 2),
                        Arbitraries.longs().between(0, MEMORY),
                        Arbitraries.integers().between(0, 1),
                        Arbitraries.of(false, false, false, true),
                        Arbitraries.longs().between(1, 100),
                        Arbitraries.doubles().between(0, 1))
                .as((nodes, tasks, cpus, memory, gpus, exclusive, walltime, part) ->
                        new Sized(0, nodes, nodes * tasks, cpus, memory, gpus, exclusive, walltime, Math.max(1, (long)
                                (walltime * part))));
        return job.list().ofMaxSize(30).map(SchedulingPolicyTest::numbered);
    }

    private static List<Sized> numbered(List<Sized> jobs) {
        List<Sized> numbered = new ArrayList<>();
        for (Sized j : jobs) {
            numbered.add(new Sized(
                    numbered.size(),
                    j.nodes,
                    j.tasks,
                    j.cpusPerTask,
                    j.memoryPerNode,
                    j.gpusPerNode,
                    j.exclusive,
                    j.walltimeMillis,
                    j.realMillis));
        }
        return numbered;
    }

    // ---------------------------------------------------------------- by example

    private static RunningJob runs(Sized job, long end, int... nodes) {
        int[] tasks = new int[nodes.length];
        Arrays.fill(tasks, job.tasks() / nodes.length);
        return new RunningJob(job, new Placement(nodes, tasks), end);
    }

    private static FreeResources without(RunningJob... running) {
        FreeResources free = empty();
        for (RunningJob job : running) {
            free.take(job.job(), job.placement());
        }
        return free;
    }

    @Test
    void shortJobIsStartedBeforeAWideOneThatWaits() {
        RunningJob busy = runs(Sized.of(0, 2, 8, 100), 100, 0, 1);
        Sized wide = Sized.of(1, 3, 12, 50);
        Sized brief = Sized.of(2, 1, 4, 100);
        Sized lengthy = Sized.of(3, 1, 4, 101);

        Decision decision =
                decide(new EasyBackfill(10), 0, List.of(wide, lengthy, brief), List.of(busy), without(busy));

        assertThat(decision.starts()).extracting(Start::job).containsExactly(brief);
        assertThat(decision.reservation())
                .hasValueSatisfying(r -> assertThat(r.atMillis()).isEqualTo(100));
    }

    @Test
    void longJobMayUseWhatTheFirstInLineLeavesFree() {
        RunningJob busy = runs(Sized.of(0, 1, 3, 100), 100, 0);
        RunningJob other = runs(Sized.of(1, 1, 3, 200), 200, 1);
        RunningJob third = runs(Sized.of(2, 1, 3, 300), 300, 2);
        Sized first = Sized.of(3, 1, 4, 50);
        Sized endless = Sized.of(4, 1, 1, Long.MAX_VALUE);

        Decision decision = decide(
                new EasyBackfill(10),
                0,
                List.of(first, endless),
                List.of(busy, other, third),
                without(busy, other, third));

        assertThat(decision.starts()).hasSize(0);
        Decision roomier = decide(
                new EasyBackfill(10),
                0,
                List.of(first, Sized.of(5, 1, 1, 100)),
                List.of(busy),
                without(busy, other, third));
        assertThat(roomier.starts()).hasSize(1);
    }

    @Test
    void jobWithoutAPlaceSinceANodeIsDownDoesNotHoldUpOthers() {
        FreeResources free = empty();
        free.setUp(1, false);

        Decision decision =
                decide(EasyBackfill.fifo(), 0, List.of(Sized.of(0, 3, 3, 10), Sized.of(1, 1, 1, 10)), List.of(), free);

        assertThat(decision.starts())
                .extracting(s -> ((Sized) s.job()).number())
                .containsExactly(1);
        assertThat(decision.starts().get(0).placement().uses(1)).isFalse();
    }

    @Test
    void tasksAreSpreadEvenly() {
        Placement placement = empty().place(Sized.of(0, 2, 5, 10)).orElseThrow();

        assertThat(placement).hasToString("0:3,1:2");
    }

    @Test
    void queueThatIsFullIsSkipped() {
        Decision decision = new EasyBackfill(10)
                .decide(new SchedulingView(
                        0,
                        new InOrder(new ArrayDeque<>(List.of(Sized.of(0, 1, 1, 10), Sized.of(1, 1, 1, 10)))),
                        List.of(1),
                        List::of,
                        empty()));

        assertThat(decision.starts()).hasSize(1);
    }
}
