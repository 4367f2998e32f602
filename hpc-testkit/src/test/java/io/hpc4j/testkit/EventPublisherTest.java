package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobEvent;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Events with back-pressure, by the rules of Reactive Streams; their numbers are in the comments. */
@Timeout(60)
class EventPublisherTest {

    private final MutableClock clock = MutableClock.at("2026-01-01T00:00:00Z");
    private final ScriptedBackend backend = new ScriptedBackend(clock);
    private final Cluster cluster =
            Cluster.builder("scripted:").provider(backend).clock(clock).connect();
    private final JobHandle job = cluster.submit(JobRequest.command("true").build());

    @AfterEach
    void close() {
        cluster.close();
    }

    /** Notes its signals, and whether two came at once. */
    private static final class Puller implements Flow.Subscriber<JobEvent> {
        private final List<JobEvent> events = new CopyOnWriteArrayList<>();
        private final List<String> signals = new CopyOnWriteArrayList<>();
        private final AtomicInteger inside = new AtomicInteger();
        private volatile boolean overlapped;
        private volatile Flow.@Nullable Subscription subscription;
        private volatile Consumer<Flow.Subscription> onSubscribe = s -> {};
        private volatile Runnable onNext = () -> {};

        private void signal(String word, Runnable then) {
            overlapped |= inside.incrementAndGet() != 1;
            signals.add(word);
            try {
                then.run();
            } finally {
                inside.decrementAndGet();
            }
        }

        private void request(long count) {
            Flow.Subscription to = subscription;
            if (to != null) {
                to.request(count);
            }
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            signal("subscribe", () -> onSubscribe.accept(given));
        }

        @Override
        public void onNext(JobEvent event) {
            events.add(event);
            signal("next", onNext);
        }

        @Override
        public void onError(Throwable why) {
            signal("error " + why.getMessage(), () -> {});
        }

        @Override
        public void onComplete() {
            signal("complete", () -> {});
        }
    }

    private Puller subscribe() {
        Puller puller = new Puller();
        cluster.events().subscribe(puller);
        return puller;
    }

    private void tell(JobId id, String word) {
        backend.reports.report(
                List.of(Job.builder(id, JobState.RUNNING).rawState(word).build()));
    }

    private void tellMany(int count) {
        for (int i = 0; i < count; i++) {
            tell(job.id(), "R" + i);
        }
    }

    private static void nothingMore(Puller puller, int expected) {
        await().during(Duration.ofMillis(50)).until(() -> puller.events.size() == expected);
    }

    // ---------------------------------------------------------------- demand: 1.1, 3.8, 3.17

    @Test
    void noMoreIsToldThanWasRequested() {
        Puller puller = subscribe();
        tellMany(10);
        nothingMore(puller, 0);
        puller.request(3);
        await().until(() -> puller.events.size() == 3);
        nothingMore(puller, 3);
        puller.request(2);
        puller.request(2);
        await().until(() -> puller.events.size() == 7);
        nothingMore(puller, 7);
    }

    @Test
    void demandWithoutEndIsDemandForEver() {
        Puller puller = subscribe();
        puller.request(Long.MAX_VALUE);
        puller.request(Long.MAX_VALUE);
        tellMany(500);
        await().until(() -> puller.events.size() == 500);
        assertThat(puller.events.get(499).job().rawState()).isEqualTo("R499");
    }

    @Test // 3.9
    void requestOfNothingOrLessIsAnError() {
        for (long count : new long[] {0, -1, Long.MIN_VALUE}) {
            Puller puller = subscribe();
            puller.request(count);
            await().until(() -> puller.signals.size() == 2);
            assertThat(puller.signals.get(1)).startsWith("error ").contains("3.9", "was " + count);
            puller.request(5);
            tell(job.id(), "after " + count);
            nothingMore(puller, 0);
        }
    }

    // ---------------------------------------------------------------- order: 1.3, 1.9, 3.3

    @Test
    void signalsComeOneAfterTheOtherInOrder() throws Exception {
        Puller puller = new Puller();
        CountDownLatch told = new CountDownLatch(1);
        puller.onSubscribe = s -> {
            s.request(Long.MAX_VALUE);
            tellMany(20);
            nothingMore(puller, 0); // while onSubscribe has not returned
            told.countDown();
        };
        cluster.events().subscribe(puller);
        told.await();
        tellMany(300);
        await().until(() -> puller.events.size() == 320);
        assertThat(puller.signals.get(0)).isEqualTo("subscribe");
        assertThat(puller.overlapped).isFalse();
        assertThat(puller.events.stream().skip(20).map(e -> e.job().rawState()))
                .containsExactlyElementsOf(java.util.stream.IntStream.range(0, 300)
                        .mapToObj(i -> "R" + i)
                        .toList());
    }

    @Test
    void requestFromWithinASignalDoesNotCallBackFromWithin() {
        Puller puller = new Puller();
        puller.onSubscribe = s -> s.request(1);
        puller.onNext = () -> puller.request(1);
        cluster.events().subscribe(puller);
        tellMany(1000);
        await().until(() -> puller.events.size() == 1000);
        assertThat(puller.overlapped).isFalse();
    }

    @Test
    void withoutSubscriberThereIsNoSubscription() {
        assertThatThrownBy(() -> cluster.events().subscribe(null)).isInstanceOf(NullPointerException.class);
    }

    // ---------------------------------------------------------------- cancelling: 1.8, 3.5 to 3.7, 2.13

    @Test
    void nothingIsToldAfterCancellingAndCancellingAgainDoesNothing() {
        Puller puller = subscribe();
        puller.request(Long.MAX_VALUE);
        tellMany(5);
        await().until(() -> puller.events.size() == 5);
        Flow.Subscription subscription = Objects.requireNonNull(puller.subscription);
        subscription.cancel();
        subscription.cancel();
        subscription.request(1);
        subscription.request(-1);
        tellMany(5);
        cluster.close();
        nothingMore(puller, 5);
        assertThat(puller.signals).hasSize(6);
    }

    @Test
    void subscriberThatThrowsIsToldNothingMoreAndHarmsNoOther() {
        Puller bad = subscribe();
        Puller good = subscribe();
        bad.onNext = () -> {
            throw new IllegalStateException("a subscriber of a test");
        };
        bad.request(Long.MAX_VALUE);
        good.request(Long.MAX_VALUE);
        tellMany(10);
        await().until(() -> good.events.size() == 10);
        nothingMore(bad, 1);
    }

    @Test
    void subscriberThatBlocksHarmsNoOther() {
        CountDownLatch never = new CountDownLatch(1);
        Puller stuck = subscribe();
        Puller free = subscribe();
        stuck.onNext = () -> waitFor(never);
        stuck.request(Long.MAX_VALUE);
        free.request(Long.MAX_VALUE);
        tellMany(10);
        await().until(() -> free.events.size() == 10);
        never.countDown();
        await().until(() -> stuck.events.size() == 10);
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---------------------------------------------------------------- those who are slow

    @Test
    void slowSubscriberLosesNoEndAndKeepsNoMoreThanThereAreJobs() {
        List<JobHandle> jobs = cluster.submitAll(
                Collections.nCopies(2000, JobRequest.command("true").build()));
        Puller puller = subscribe();
        for (int round = 0; round < 20; round++) {
            for (JobHandle one : jobs) {
                tell(one.id(), "round " + round);
            }
        }
        backend.reports.report(jobs.stream()
                .map(j -> Job.builder(j.id(), JobState.COMPLETED).build())
                .toList());
        await().until(() -> jobs.stream().allMatch(j -> j.completion().isDone()));

        puller.request(Long.MAX_VALUE);

        Set<JobId> ended = new HashSet<>();
        await().until(() -> {
            puller.events.stream()
                    .filter(e -> e.job().state() == JobState.COMPLETED)
                    .forEach(e -> ended.add(e.job().id()));
            return ended.size() == jobs.size();
        });
        assertThat(puller.events).hasSizeLessThanOrEqualTo(jobs.size() + 1024);
        for (int i = 1; i < puller.events.size(); i++) {
            assertThat(puller.events.get(i).previous().state()).isNotEqualTo(JobState.COMPLETED);
        }
    }

    // ---------------------------------------------------------------- its end: 1.5 to 1.7

    @Test
    void closingTheClusterCompletesWhenWhatIsLeftWasPulled() {
        Puller puller = subscribe();
        Puller hungry = subscribe();
        hungry.request(Long.MAX_VALUE);
        tellMany(3);
        await().until(() -> hungry.events.size() == 3);
        cluster.close();
        await().until(() -> hungry.signals.contains("complete"));
        assertThat(puller.signals).containsExactly("subscribe");
        puller.request(2);
        await().until(() -> puller.events.size() == 2);
        puller.request(5);
        await().until(() -> puller.signals.contains("complete"));
        assertThat(puller.signals).containsExactly("subscribe", "next", "next", "next", "complete");
        assertThat(subscribeAndWait()).containsExactly("subscribe", "complete");
    }

    private List<String> subscribeAndWait() {
        Puller late = subscribe();
        await().until(() -> late.signals.size() == 2);
        return late.signals;
    }

    @Test
    void eventsFlowThroughThePublishersOfTheJdk() {
        List<JobState> states = new CopyOnWriteArrayList<>();
        try (SubmissionPublisher<JobEvent> hub = new SubmissionPublisher<>()) {
            var done = hub.consume(e -> states.add(e.job().state()));
            Puller puller = new Puller();
            puller.onSubscribe = s -> s.request(Long.MAX_VALUE);
            puller.onNext = () -> hub.submit(puller.events.get(puller.events.size() - 1));
            cluster.events().subscribe(puller);
            backend.reports.report(
                    List.of(Job.builder(job.id(), JobState.COMPLETED).build()));
            await().until(() -> states.equals(List.of(JobState.COMPLETED)));
            assertThat(done).isNotDone();
        }
    }
}
