package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.MetricSample;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a cluster behaves towards its scheduler, its caller and other clusters. */
@Timeout(60)
class WatcherMannersTest {

    private final MutableClock clock = MutableClock.at("2026-01-01T00:00:00Z");
    private final ScriptedBackend backend = new ScriptedBackend(clock);
    private final RecordingSink sink = new RecordingSink();
    private final Cluster cluster = Cluster.builder("scripted:")
            .provider(backend)
            .clock(clock)
            .sink(sink)
            .connect();

    @AfterEach
    void close() {
        cluster.close();
    }

    private static JobRequest request() {
        return JobRequest.command("true").build();
    }

    private void until(JobHandle job, JobState state) {
        await().pollInterval(Duration.ofMillis(5)).until(() -> {
            clock.advance(Duration.ofSeconds(30));
            return job.state() == state;
        });
    }

    @Test
    void jobIsFollowedByItsIdThoughItsQueueOwnerAndNameChange() {
        JobHandle job = cluster.submit(request());
        backend.queue.put(
                job.id(),
                Job.builder(job.id(), JobState.RUNNING)
                        .queue("elsewhere")
                        .owner("nobody")
                        .name("another")
                        .build());
        until(job, JobState.RUNNING);
        assertThat(job.job().queue()).contains("elsewhere");
        backend.queue.put(job.id(), Job.builder(job.id(), JobState.COMPLETED).build());
        until(job, JobState.COMPLETED);
    }

    @Test
    void jobThatVanishedIsNotLostBeforeTheGracePeriodIsOver() {
        JobHandle job = cluster.submit(request());
        backend.set(job.id(), JobState.RUNNING);
        until(job, JobState.RUNNING);
        backend.forget(job.id());
        Instant stillEarly = clock.instant().plusSeconds(110);
        await().pollInterval(Duration.ofMillis(10)).until(() -> {
            assertThat(job.state()).isEqualTo(JobState.RUNNING);
            return clock.instant().isAfter(stillEarly)
                    || clock.advance(Duration.ofSeconds(5)).isAfter(stillEarly);
        });
        assertThat(job.state()).isEqualTo(JobState.RUNNING);
        until(job, JobState.LOST);
    }

    @Test
    void jobSubmittedAfterACallThatFailedWhileTheLastOneEndedIsFollowed() {
        JobHandle last = cluster.submit(request());
        backend.duringStatus = () -> {
            backend.reports.report(
                    List.of(Job.builder(last.id(), JobState.COMPLETED).build()));
            backend.isDown = true;
        };
        until(last, JobState.COMPLETED);
        await().during(Duration.ofMillis(30)).until(() -> cluster.openJobs().isEmpty());
        backend.duringStatus = () -> {};
        backend.isDown = false;

        JobHandle next = cluster.submit(request());
        backend.set(next.id(), JobState.RUNNING);
        until(next, JobState.RUNNING);
    }

    @Test
    void statusCallThatHangsKeepsNeitherTheCallerNorAnotherClusterWaiting() {
        CountDownLatch hanging = new CountDownLatch(1);
        JobHandle stuck = cluster.submit(request());
        backend.duringStatus = () -> waitFor(hanging);
        clock.advance(Duration.ofSeconds(30));
        await().until(() -> backend.polls() == 1);

        assertThat(cluster.submit(request()).state()).isEqualTo(JobState.SUBMITTED);
        assertThat(stuck.state()).isEqualTo(JobState.SUBMITTED);
        ScriptedBackend healthy = new ScriptedBackend(clock);
        try (Cluster other =
                Cluster.builder("scripted:").provider(healthy).clock(clock).connect()) {
            JobHandle job = other.submit(request());
            healthy.set(job.id(), JobState.COMPLETED);
            until(job, JobState.COMPLETED);
        }
        assertThat(backend.polls()).isEqualTo(1);
        hanging.countDown();
        until(stuck, JobState.PENDING);
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void everyCallIsMeasuredWithItsOutcome() {
        JobHandle job = cluster.submit(request());
        until(job, JobState.PENDING);
        backend.isDown = true;
        int before = backend.polls();
        await().pollInterval(Duration.ofMillis(5)).until(() -> {
            clock.advance(Duration.ofSeconds(30));
            return backend.polls() > before;
        });

        await().until(() -> measured("status", "failure") > 0);
        assertThat(measured("submit", "success")).isEqualTo(1);
        assertThat(measured("status", "success")).isPositive();
    }

    private long measured(String operation, String outcome) {
        return sink.samples().stream()
                .filter(s -> s.name().equals("hpc_scheduler_call_seconds"))
                .map(MetricSample::labels)
                .filter(l -> operation.equals(l.get("operation")) && outcome.equals(l.get("outcome")))
                .count();
    }

    @Test
    void readingWhatIsKnownAsksNobody() {
        JobHandle job = cluster.submit(request());
        for (int i = 0; i < 1000; i++) {
            assertThat(job.job().state()).isEqualTo(JobState.SUBMITTED);
            assertThat(cluster.openJobs()).hasSize(1);
        }
        assertThat(backend.polls()).isZero();
        assertThat(backend.historyCalls.get()).isZero();
    }
}
