package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.hpc4j.core.Job;
import io.hpc4j.core.JobEnd;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobState;
import io.hpc4j.core.ListenerCursor;
import io.hpc4j.core.StoredJob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Ends of jobs are recorded once and in order, listeners know how far they are, and what is old is forgotten. */
abstract class JobStoreEndsKit extends JobStoreKitSupport {

    private static final int ALL = 1_000_000;

    private void end(String id, JobState state) {
        store.update(HERE, List.of(ended(id, state, NOON)));
    }

    private List<JobEnd> ends() {
        return store.endsAfter(HERE, 0, ALL);
    }

    private List<String> endedIds() {
        return ends().stream().map(e -> e.job().id().nativeId()).toList();
    }

    // ---------------------------------------------------------------- ends

    @Test
    void endIsRecordedWithItsJobAndRequest() {
        record("a");
        bind("a", "1");
        store.update(HERE, List.of(job("1", JobState.RUNNING)));
        assertThat(ends()).isEmpty();
        end("1", JobState.FAILED);
        reopenIfDurable();

        JobEnd end = ends().get(0);
        assertThat(ends()).hasSize(1);
        assertThat(end.position()).isPositive();
        assertThat(end.job()).isEqualTo(ended("1", JobState.FAILED, NOON));
        assertThat(end.request()).contains(request("a"));
        assertThat(end.maybeSeen()).isFalse();
    }

    @Test
    void endOfAJobThatWasNeverBoundIsRecordedToo() {
        end("9", JobState.CANCELLED);

        assertThat(endedIds()).containsExactly("9");
        assertThat(ends().get(0).request()).isEmpty();
    }

    @Test
    void endsComeInTheOrderInWhichTheyWereRecorded() {
        for (String id : List.of("3", "1", "20", "2")) {
            end(id, JobState.COMPLETED);
        }
        store.update(HERE, List.of(ended("10", JobState.FAILED, NOON), ended("9", JobState.FAILED, NOON)));

        assertThat(endedIds()).containsExactly("3", "1", "20", "2", "10", "9");
        assertThat(ends()).extracting(JobEnd::position).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void endsBehindAPositionAreReadInPortions() {
        for (String id : List.of("1", "2", "3", "4")) {
            end(id, JobState.COMPLETED);
        }

        List<JobEnd> two = store.endsAfter(HERE, 0, 2);
        List<JobEnd> rest = store.endsAfter(HERE, two.get(1).position(), 3);
        assertThat(two).isEqualTo(ends().subList(0, 2));
        assertThat(rest).isEqualTo(ends().subList(2, 4));
        assertThat(store.endsAfter(HERE, rest.get(1).position(), 1)).isEmpty();
    }

    @Test
    void endThatIsRememberedAgainIsOneEnd() {
        end("1", JobState.COMPLETED);
        end("1", JobState.COMPLETED);
        store.update(HERE, List.of(job("1", JobState.RUNNING)));
        end("1", JobState.FAILED);

        assertThat(ends()).hasSize(1);
        assertThat(ends().get(0).job().state()).isEqualTo(JobState.COMPLETED);
    }

    @Test
    void endOfAnotherAttemptIsAnotherEnd() {
        record("a");
        bind("a", "1");
        end("1", JobState.NODE_FAILED);
        Job again = job("1", JobState.PENDING).toBuilder().attempt(2).build();
        store.update(HERE, List.of(again));
        store.update(
                HERE,
                List.of(again.toBuilder()
                        .state(JobState.COMPLETED)
                        .endedAt(NOON.plusSeconds(9))
                        .build()));

        assertThat(ends()).extracting(e -> e.job().state()).containsExactly(JobState.NODE_FAILED, JobState.COMPLETED);
        assertThat(ends()).extracting(e -> e.job().attempt()).containsExactly(1, 2);
        assertThat(ends()).allMatch(e -> e.request().isPresent());
    }

    @Test
    void lostJobHasNoEndUntilItIsGivenUp() {
        store.update(HERE, List.of(job("1", JobState.LOST), job("2", JobState.LOST)));
        assertThat(ends()).isEmpty();
        end("1", JobState.LOST);
        end("2", JobState.COMPLETED);

        assertThat(ends()).extracting(e -> e.job().state()).containsExactly(JobState.LOST, JobState.COMPLETED);
    }

    @Test
    void endThatCameBeforeTheBindingIsRecordedOnceAndFindsItsRequest() {
        record("a");
        end("1", JobState.FAILED);
        bind("a", "1");
        end("1", JobState.FAILED);

        assertThat(ends()).hasSize(1);
        assertThat(ends().get(0).request()).contains(request("a"));
    }

    @Test
    void jobWithAnIdThatTheClusterGivesAgainHasAnEndOfItsOwn() {
        record("a", "b");
        bind("a", "1");
        end("1", JobState.COMPLETED);
        bind("b", "1");
        end("1", JobState.FAILED);

        assertThat(ends()).extracting(e -> e.job().state()).containsExactly(JobState.COMPLETED, JobState.FAILED);
        assertThat(ends().get(0).request()).contains(request("a"));
        assertThat(ends().get(1).request()).contains(request("b"));
    }

    @Test
    void endsOfClustersAreToldApart() {
        end("1", JobState.COMPLETED);
        store.update(THERE, List.of(job("2", JobState.FAILED)));

        assertThat(endedIds()).containsExactly("1");
        assertThat(store.endsAfter(THERE, 0, ALL)).hasSize(1);
        assertThat(store.endsAfter("elsewhere:", 0, ALL)).isEmpty();
    }

    @Test
    void readerThatFollowsEightThreadsSeesEveryEndOnceAndInOrder() {
        AtomicBoolean done = new AtomicBoolean();
        List<JobEnd> seen = new ArrayList<>();
        CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> {
            boolean last;
            do {
                last = done.get();
                long position = seen.isEmpty() ? 0 : seen.get(seen.size() - 1).position();
                seen.addAll(store.endsAfter(HERE, position, 7));
                last &= store.endsAfter(
                                HERE,
                                seen.isEmpty() ? 0 : seen.get(seen.size() - 1).position(),
                                1)
                        .isEmpty();
            } while (!last);
        });
        try {
            inThreads(thread -> {
                for (int i = 0; i < 25; i++) {
                    end(thread + "_" + i, JobState.COMPLETED);
                    store.update(
                            HERE,
                            List.of(
                                    job("x" + thread + "_" + i, JobState.FAILED),
                                    job("live" + thread, JobState.RUNNING)));
                }
            });
        } finally {
            done.set(true);
            reader.join();
        }

        assertThat(seen).hasSize(THREADS * 50).isEqualTo(ends());
        assertThat(seen).extracting(JobEnd::position).isSorted().doesNotHaveDuplicates();
        assertThat(seen).extracting(e -> e.job().id()).doesNotHaveDuplicates();
    }

    // ---------------------------------------------------------------- listeners

    @Test
    void newListenerStandsBeforeTheFirstEnd() {
        end("1", JobState.COMPLETED);

        assertThat(store.cursors(HERE)).isEmpty();
        assertThat(store.takeCursor(HERE, "billing", "me")).isEqualTo(ListenerCursor.START);
        assertThat(store.cursors(HERE)).isEqualTo(Map.of("billing", ListenerCursor.START));
    }

    @Test
    void cursorStandsWhereItWasMoved() {
        store.takeCursor(HERE, "billing", "me");
        ListenerCursor cursor = ListenerCursor.behind(5).withTelling(7);
        assertThat(store.moveCursor(HERE, "billing", "me", cursor)).isTrue();
        reopenIfDurable();

        assertThat(store.cursors(HERE)).isEqualTo(Map.of("billing", cursor));
        assertThat(store.takeCursor(HERE, "billing", "another")).isEqualTo(cursor);
    }

    @Test
    void whoTookTheCursorLastMovesItAlone() {
        store.takeCursor(HERE, "billing", "old");
        store.takeCursor(HERE, "billing", "new");

        assertThat(store.moveCursor(HERE, "billing", "old", ListenerCursor.behind(3)))
                .isFalse();
        assertThat(store.cursors(HERE)).containsEntry("billing", ListenerCursor.START);
        assertThat(store.moveCursor(HERE, "billing", "new", ListenerCursor.behind(2)))
                .isTrue();
        assertThat(store.cursors(HERE)).containsEntry("billing", ListenerCursor.behind(2));
    }

    @Test
    void cursorOfAListenerThatIsNotKnownIsNotMoved() {
        assertThat(store.moveCursor(HERE, "billing", "me", ListenerCursor.behind(1)))
                .isFalse();
        assertThat(store.cursors(HERE)).isEmpty();
    }

    @Test
    void listenersAndClustersHaveCursorsOfTheirOwn() {
        store.takeCursor(HERE, "billing", "me");
        store.takeCursor(HERE, "Billing", "me");
        store.takeCursor(THERE, "billing", "me");
        store.moveCursor(HERE, "billing", "me", ListenerCursor.behind(4));

        assertThat(store.cursors(HERE))
                .isEqualTo(Map.of("billing", ListenerCursor.behind(4), "Billing", ListenerCursor.START));
        assertThat(store.cursors(THERE)).isEqualTo(Map.of("billing", ListenerCursor.START));
    }

    @Test
    void forgottenListenerIsNewWhenItComesAgain() {
        store.takeCursor(HERE, "billing", "me");
        store.moveCursor(HERE, "billing", "me", ListenerCursor.behind(4));
        store.forgetListener(HERE, "billing");

        assertThat(store.moveCursor(HERE, "billing", "me", ListenerCursor.behind(5)))
                .isFalse();
        assertThat(store.takeCursor(HERE, "billing", "me")).isEqualTo(ListenerCursor.START);
        assertThatCode(() -> store.forgetListener(HERE, "nobody")).doesNotThrowAnyException();
    }

    // ---------------------------------------------------------------- forgetting

    private void recordEnded(String id, Duration after) {
        record("key-" + id);
        bind("key-" + id, id);
        store.update(HERE, List.of(ended(id, JobState.COMPLETED, NOON.plus(after))));
    }

    private int forget() {
        return store.forgetEnded(HERE, NOON.plusSeconds(10), ALL);
    }

    @Test
    void whatEndedLongAgoIsForgottenWithItsKeyAndEnds() {
        recordEnded("1", Duration.ofSeconds(1));
        recordEnded("2", Duration.ofSeconds(20));

        assertThat(forget()).isEqualTo(1);
        assertThat(store.find(HERE, JobId.of("1"))).isEmpty();
        assertThat(store.findByKey(HERE, "key-1")).isEmpty();
        assertThat(store.findByKey(HERE, "key-2").flatMap(StoredJob::job)).isPresent();
        assertThat(endedIds()).containsExactly("2");
        assertThatCode(() -> record("key-1")).doesNotThrowAnyException();
        assertThat(forget()).isZero();
    }

    @Test
    void whatIsOpenIsNeverForgotten() {
        record("intent", "bound", "running", "lost");
        bind("bound", "1");
        bind("running", "2");
        bind("lost", "3");
        store.update(HERE, List.of(job("2", JobState.RUNNING), job("3", JobState.LOST)));
        store.update(HERE, List.of(job("4", JobState.RUNNING)));

        assertThat(forget()).isZero();
        assertThat(store.open(HERE)).hasSize(5);
    }

    @Test
    void whatAListenerWasNotToldIsNotForgotten() {
        recordEnded("1", Duration.ofSeconds(1));
        recordEnded("2", Duration.ofSeconds(2));
        recordEnded("3", Duration.ofSeconds(3));
        List<JobEnd> ends = ends();
        store.takeCursor(HERE, "billing", "me");
        store.takeCursor(HERE, "stats", "me");
        store.moveCursor(HERE, "stats", "me", ListenerCursor.behind(ends.get(2).position()));

        assertThat(forget()).isZero();
        store.moveCursor(
                HERE,
                "billing",
                "me",
                ListenerCursor.behind(ends.get(0).position())
                        .withTelling(ends.get(1).position()));
        assertThat(forget()).isEqualTo(1);
        assertThat(endedIds()).containsExactly("2", "3");
        store.forgetListener(HERE, "billing");
        assertThat(forget()).isEqualTo(2);
        assertThat(ends()).isEmpty();
    }

    @Test
    void oldestAreForgottenFirst() {
        recordEnded("1", Duration.ofSeconds(3));
        recordEnded("2", Duration.ofSeconds(1));
        recordEnded("3", Duration.ofSeconds(2));

        assertThat(store.forgetEnded(HERE, NOON.plusSeconds(10), 2)).isEqualTo(2);
        assertThat(endedIds()).containsExactly("1");
    }

    @Test
    void jobWithoutTimeOfItsEndCountsAsEndedWhenItWasRecorded() {
        record("a");
        bind("a", "1");
        store.update(HERE, List.of(job("1", JobState.FAILED)));

        assertThat(store.forgetEnded(HERE, NOON, ALL)).isZero();
        assertThat(store.forgetEnded(HERE, NOON.plusMillis(1), ALL)).isEqualTo(1);
    }

    @Test
    void jobThatWasNeverBoundIsForgottenToo() {
        end("9", JobState.FAILED);

        assertThat(forget()).isEqualTo(1);
        assertThat(store.find(HERE, JobId.of("9"))).isEmpty();
    }

    @Test
    void otherClustersJobsAreNotForgotten() {
        store.update(THERE, List.of(ended("1", JobState.FAILED, NOON)));

        assertThat(forget()).isZero();
        assertThat(store.find(THERE, JobId.of("1"))).isPresent();
    }

    @Test
    void positionsGrowOnAfterEverythingWasForgotten() {
        recordEnded("1", Duration.ofSeconds(1));
        long position = ends().get(0).position();
        forget();
        reopenIfDurable();
        end("2", JobState.COMPLETED);

        assertThat(ends().get(0).position()).isGreaterThan(position);
    }
}
