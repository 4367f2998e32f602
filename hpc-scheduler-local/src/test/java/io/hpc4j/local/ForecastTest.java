package io.hpc4j.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.hpc4j.local.Forecast.Outlook;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ForecastTest {

    private static final long NOW = 1000;
    private static final int NODES = 2;
    private static final int SLOTS = 4;

    private record Sized(int number, int nodes, int cpusPerTask, long walltimeMillis, int queue) implements WaitingJob {

        @Override
        public int tasks() {
            return nodes;
        }

        @Override
        public long memoryPerNode() {
            return 0;
        }

        @Override
        public int gpusPerNode() {
            return 0;
        }

        @Override
        public boolean exclusive() {
            return false;
        }
    }

    private static Sized job(int number, int nodes, int slots, long walltime) {
        return new Sized(number, nodes, slots, walltime, 0);
    }

    private static Outlook outlook(List<Integer> room, List<? extends WaitingJob> running, List<Sized> waiting) {
        FreeResources free = new FreeResources(NODES, SLOTS, 0, 0);
        List<RunningJob> places = new ArrayList<>();
        for (WaitingJob one : running) {
            Placement placement = free.place(one).orElseThrow();
            free.take(one, placement);
            places.add(new RunningJob(one, placement, NOW + one.walltimeMillis()));
        }
        return new Outlook(NOW, List.copyOf(waiting), room, places, free);
    }

    private static Optional<Long> start(Sized job, List<Sized> running, List<Sized> waiting) {
        return Forecast.of(job, outlook(List.of(99, 99), running, waiting), new EasyBackfill(100))
                .map(Forecast.Start::atMillis);
    }

    @Test
    void jobThatFitsStartsNow() {
        Sized job = job(1, 2, 4, 10);
        assertThat(start(job, List.of(), List.of(job))).contains(NOW);
    }

    @Test
    void jobWaitsForTheEndOfThoseThatRun() {
        Sized job = job(3, 2, 4, 10);
        assertThat(start(job, List.of(job(1, 1, 4, 500), job(2, 1, 4, 700)), List.of(job)))
                .contains(NOW + 700);
    }

    @Test
    void jobWaitsForThoseBeforeIt() {
        Sized first = job(2, 2, 4, 300);
        Sized second = job(3, 2, 4, 10);
        assertThat(start(second, List.of(job(1, 1, 1, 500)), List.of(first, second)))
                .contains(NOW + 800);
    }

    @Test
    void shortJobStartsInTheGapAndALongOneDoesNot() {
        Sized first = job(2, 2, 4, 300);
        Sized shorter = job(3, 1, 1, 400);
        Sized longer = job(4, 1, 1, 600);
        List<Sized> running = List.of(job(1, 1, 1, 500));
        assertThat(start(shorter, running, List.of(first, shorter))).contains(NOW);
        assertThat(start(longer, running, List.of(first, longer))).contains(NOW + 800);
    }

    @Test
    void nothingIsForeseenBehindAJobWithoutWalltime() {
        Sized job = job(2, 2, 4, 10);
        assertThat(start(job, List.of(job(1, 1, 1, Long.MAX_VALUE - NOW)), List.of(job)))
                .isEmpty();
        assertThat(start(job, List.of(), List.of())).isEmpty();
    }

    @Test
    void queueThatLetsOneRunIsWaitedFor() {
        Sized running = new Sized(1, 1, 1, 250, 1);
        Sized job = new Sized(2, 1, 1, 10, 1);
        Outlook outlook = outlook(List.of(99, 0), List.of(running), List.of(job));
        assertThat(Forecast.of(job, outlook, new EasyBackfill(100)).map(Forecast.Start::atMillis))
                .contains(NOW + 250);
    }

    @Provide
    Arbitrary<List<Sized>> jobs() {
        Arbitrary<Integer> nodes = Arbitraries.integers().between(1, NODES);
        Arbitrary<Integer> slots = Arbitraries.integers().between(1, SLOTS);
        Arbitrary<Long> time = Arbitraries.longs().between(1, 1000);
        return Combinators.combine(nodes, slots, time)
                .as((n, s, t) -> job(0, n, s, t))
                .list()
                .ofMinSize(1)
                .ofMaxSize(12)
                .map(ForecastTest::numbered);
    }

    private static List<Sized> numbered(List<Sized> jobs) {
        List<Sized> all = new ArrayList<>();
        for (Sized job : jobs) {
            all.add(job(all.size(), job.nodes(), job.cpusPerTask(), job.walltimeMillis()));
        }
        return all;
    }

    /** Where the foreseen times are kept to, no slot is given twice, and first come is first served. */
    @Property(tries = 300)
    void foreseenStartsFitTogether(@ForAll("jobs") List<Sized> jobs) {
        List<Long> starts = new ArrayList<>();
        for (Sized job : jobs) {
            starts.add(Forecast.of(job, outlook(List.of(99, 99), List.of(), jobs), EasyBackfill.fifo())
                    .orElseThrow()
                    .atMillis());
        }
        assertThat(starts).isSorted();
        for (long at : starts) {
            int used = 0;
            for (int i = 0; i < jobs.size(); i++) {
                Sized job = jobs.get(i);
                boolean runs = starts.get(i) <= at && at < starts.get(i) + job.walltimeMillis();
                used += runs ? job.nodes() * job.cpusPerTask() : 0;
            }
            assertThat(used).isLessThanOrEqualTo(NODES * SLOTS);
        }
    }
}
