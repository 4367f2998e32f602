package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hpc4j.core.Job;
import io.hpc4j.core.JobEvent;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobState;
import io.hpc4j.core.MetricSample;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RecordingSinkTest {

    private static final JobEvent EVENT = new JobEvent(
            Job.builder(JobId.of("1"), JobState.PENDING).build(),
            Job.builder(JobId.of("1"), JobState.RUNNING).build(),
            Instant.EPOCH);

    private final RecordingSink sink = new RecordingSink();

    @Test
    void eventIsAwaitedUntilItArrives() {
        CompletableFuture<JobEvent> waiting = CompletableFuture.supplyAsync(
                () -> sink.awaitEvent(e -> e.job().state() == JobState.RUNNING, Duration.ofSeconds(10)));
        sink.accept(EVENT);

        assertThat(waiting.join()).isEqualTo(EVENT);
    }

    @Test
    void eventThatDoesNotComeIsAFailureThatShowsWhatCame() {
        sink.accept(EVENT);

        assertThatThrownBy(() -> sink.awaitEvent(e -> e.job().state() == JobState.FAILED, Duration.ofMillis(20)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Job 1 RUNNING");
    }

    @Test
    void whatItWasToldCanBeForgotten() {
        sink.accept(EVENT);
        sink.accept(new MetricSample("a", 1, Map.of(), Instant.EPOCH));
        sink.clear();

        assertThat(sink.events()).isEmpty();
        assertThat(sink.samples()).isEmpty();
    }

    @Test
    void closingIsRemembered() {
        assertThat(sink.isClosed()).isFalse();
        sink.close();

        assertThat(sink.isClosed()).isTrue();
    }
}
