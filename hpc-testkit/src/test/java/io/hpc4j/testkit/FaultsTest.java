package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.JobStore;
import io.hpc4j.core.TransportException;
import io.hpc4j.core.spi.CommandLine;
import io.hpc4j.core.spi.CommandResult;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FaultsTest {

    private static final EnumSet<Fault> ALL = EnumSet.allOf(Fault.class);

    private final Faults faults = Faults.none();

    private static List<Faults.Fate> fates(Faults plan, String operation, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> plan.decide("place", operation, ALL))
                .toList();
    }

    // ---------------------------------------------------------------- the plan

    @Test
    void sameSeedGivesTheSameFaultsWhateverElseIsCalledInBetween() {
        Faults alone = Faults.seeded(7).often(0.3).only(Fault.BEFORE, Fault.AFTER, Fault.STALE);
        Faults among = Faults.seeded(7).often(0.3).only(Fault.BEFORE, Fault.AFTER, Fault.STALE);
        List<Faults.Fate> expected = fates(alone, "status", 200);
        List<Faults.Fate> seen = IntStream.range(0, 200)
                .mapToObj(i -> {
                    fates(among, "other", i % 3);
                    return among.decide("place", "status", ALL);
                })
                .toList();
        assertThat(seen).isEqualTo(expected);
        assertThat(fates(Faults.seeded(8).often(0.3), "status", 200)).isNotEqualTo(expected);
    }

    @Test
    void asManyCallsFailAsWasSaid() {
        Faults plan = Faults.seeded(1).often(0.2).only(Fault.BEFORE);
        assertThat(fates(plan, "status", 2000).stream()
                        .filter(Faults.Fate::isRefused)
                        .count())
                .isBetween(300L, 500L);
        assertThat(plan.counts().get(Fault.BEFORE)).isBetween(300, 500);
        assertThat(plan.toString()).startsWith("seed 1, 20 % of calls, so far {BEFORE=");
    }

    @Test
    void nothingFailsUnlessItIsSaid() {
        assertThat(fates(Faults.seeded(1), "status", 100))
                .allMatch(f -> f.fault().isEmpty());
        Faults stopped = Faults.seeded(1).often(1);
        stopped.stop();
        assertThat(fates(stopped, "status", 100)).allMatch(f -> f.fault().isEmpty());
    }

    @Test
    void placeThatIsAwayIsAwayForAllItsOperations() {
        faults.next("status", Fault.AWAY);
        assertThat(faults.decide("place", "status", ALL).is(Fault.AWAY)).isTrue();
        assertThat(faults.decide("place", "submit", ALL).is(Fault.AWAY)).isTrue();
        assertThat(faults.decide("elsewhere", "submit", ALL).fault()).isEmpty();
        assertThat(fates(faults, "submit", 20)).endsWith(new Faults.Fate(java.util.Optional.empty(), false));
    }

    @Test
    void noCallOfADeadClientIsCarriedOut() {
        faults.dieAfter(2);
        assertThat(fates(faults, "status", 2)).allMatch(f -> f.fault().isEmpty());
        assertThat(fates(faults, "status", 1)).allMatch(Faults.Fate::isLast);
        assertThat(fates(faults, "status", 5)).allMatch(f -> f.isLast() && f.isRefused());
        assertThat(faults.isDead()).isTrue();
        assertThat(fates(faults.revive(), "status", 5)).allMatch(f -> f.fault().isEmpty());
    }

    @Test
    void impossiblePlansAreRefused() {
        assertThatThrownBy(() -> faults.often(1.5)).hasMessageContaining("was 1.5");
        assertThatThrownBy(() -> faults.dieAfter(-1)).hasMessageContaining("was -1");
    }

    // ---------------------------------------------------------------- the transport

    @Test
    void commandIsNotRunOrItsAnswerIsLostOrCutOrComesTwice() {
        FakeTransport fake = new FakeTransport();
        fake.expect("squeue").prints("1|RUNNING\n2|PENDING\n");
        fake.expect("squeue").always().prints("1|COMPLETED\n");
        CommandLine squeue = CommandLine.of("squeue");
        FaultyTransport transport = new FaultyTransport(fake, faults, squeue::equals);

        faults.next("squeue", Fault.BEFORE);
        assertThatThrownBy(() -> transport.run(squeue))
                .isInstanceOf(TransportException.class)
                .hasMessage("a fault was put here: BEFORE of transport.squeue, seed 0");
        assertThat(fake.calls()).isEmpty();
        faults.next("squeue", Fault.HALF);
        CommandResult half = transport.run(squeue);
        assertThat(half.exitStatus()).isEqualTo(ExitStatus.SUCCESS);
        assertThat(half.stdout()).hasSizeLessThan(20);
        assertThat("1|RUNNING\n2|PENDING\n").startsWith(half.stdout());
        faults.next("squeue", Fault.STALE);
        assertThat(transport.run(squeue).stdout()).isEqualTo("1|RUNNING\n2|PENDING\n");
        assertThat(fake.calls()).hasSize(1);
        faults.next("squeue", Fault.AFTER);
        assertThatThrownBy(() -> transport.run(squeue)).isInstanceOf(TransportException.class);
        assertThat(fake.calls()).hasSize(2);
        assertThat(transport.run(squeue).stdout()).isEqualTo("1|COMPLETED\n");
    }

    @Test
    void halfAFileArrivesBeforeTheConnectionBreaks() {
        FakeTransport fake = new FakeTransport();
        FaultyTransport transport = new FaultyTransport(fake, faults);
        transport.files().putText("0123456789", "/f", 0644);
        faults.next("get", Fault.HALF).next("putText", Fault.BEFORE);
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        assertThatThrownBy(() -> transport.files().get("/f", got)).isInstanceOf(TransportException.class);
        assertThat(got).hasToString("01234");
        assertThatThrownBy(() -> transport.files().putText("new", "/f", 0644)).isInstanceOf(TransportException.class);
        assertThat(fake.files().read("/f", 0, 20)).hasSize(10);
    }

    // ---------------------------------------------------------------- the store

    @Test
    void storeKeepsAllNoneOrHalfAsPlanned() {
        JobStore real = JobStore.inMemory();
        JobStore store = FaultyJobStore.over(real, faults);
        List<JobRequest> requests = Stream.of("a", "b")
                .map(key -> JobRequest.command("true").key(key).build())
                .toList();
        faults.next("recordIntents", Fault.BEFORE);
        assertThatThrownBy(() -> store.recordIntents("c", requests, Instant.EPOCH))
                .isInstanceOf(InjectedFaultException.class);
        assertThat(real.open("c")).isEmpty();
        faults.next("recordIntents", Fault.AFTER);
        assertThatThrownBy(() -> store.recordIntents("c", requests, Instant.EPOCH))
                .isInstanceOf(InjectedFaultException.class);
        assertThat(real.open("c")).hasSize(2);
        List<Job> jobs = Stream.of("1", "2")
                .map(id -> Job.builder(JobId.of(id), JobState.RUNNING).build())
                .toList();
        faults.next("update", Fault.HALF);
        assertThatThrownBy(() -> store.update("c", jobs)).isInstanceOf(InjectedFaultException.class);
        assertThat(real.find("c", JobId.of("1"))).isPresent();
        assertThat(real.find("c", JobId.of("2"))).isEmpty();
    }

    @Test
    void delayTakesAWhileAndChangesNothing() {
        JobStore store = FaultyJobStore.over(JobStore.inMemory(), faults);
        faults.next("open", Fault.DELAY);
        long began = System.nanoTime();
        assertThat(store.open("c")).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isPositive();
        assertThat(faults.counts()).containsEntry(Fault.DELAY, 1);
    }
}
