package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobEvent;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobState;
import io.hpc4j.core.MetricSample;
import io.hpc4j.core.MetricsSink;
import io.hpc4j.core.ResourceUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every sink of metrics owes the cluster that feeds it, as tests: it takes whatever comes, from any thread, and
 * is quick about it. One that can be read overrides {@link #lastValue} and {@link #eventCount} too, and then has to
 * show what it was told.
 */
public abstract class MetricsSinkKit {

    private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
    private static final int THREADS = 8;
    private static final int MANY = 10_000;

    private MetricsSink sink;

    /** For subclasses. */
    protected MetricsSinkKit() {}

    /** Makes an empty sink; the kit closes it. */
    protected abstract MetricsSink openSink();

    /** The newest value of a metric with exactly these labels, where this sink can be read; empty unless overridden. */
    protected OptionalDouble lastValue(MetricsSink of, String name, Map<String, String> labels) {
        return OptionalDouble.empty();
    }

    /** How many events of a job were kept; negative, as unless overridden, where this sink keeps no events. */
    protected int eventCount(MetricsSink of, JobId job) {
        return -1;
    }

    /** How long {@value #MANY} samples may take; 10 s unless overridden. */
    protected Duration timeForMany() {
        return Duration.ofSeconds(10);
    }

    @BeforeEach
    void open() {
        sink = openSink();
    }

    @AfterEach
    void close() {
        sink.close();
    }

    private static MetricSample sample(String name, double value, Map<String, String> labels) {
        return new MetricSample(name, value, labels, NOON);
    }

    private static Job job(String id, JobState state) {
        return Job.builder(JobId.of(id), state).build();
    }

    private void assertLast(String name, Map<String, String> labels, double value) {
        OptionalDouble last = lastValue(sink, name, labels);
        assumeTrue(last.isPresent(), "this sink cannot be read");
        assertThat(last).hasValue(value);
    }

    // ---------------------------------------------------------------- samples

    @Test
    void sampleIsTaken() {
        sink.accept(sample("hpc_test_seconds", 1.5, Map.of("cluster", "local:")));

        assertLast("hpc_test_seconds", Map.of("cluster", "local:"), 1.5);
    }

    @Test
    void sampleWithoutLabelsIsTaken() {
        sink.accept(sample("hpc_test_plain", 2, Map.of()));

        assertLast("hpc_test_plain", Map.of(), 2);
    }

    @Test
    void newestSampleCounts() {
        sink.accept(new MetricSample("hpc_test_gauge", 3, Map.of("a", "b"), NOON));
        sink.accept(new MetricSample("hpc_test_gauge", 1, Map.of("a", "b"), NOON.plusSeconds(1)));

        assertLast("hpc_test_gauge", Map.of("a", "b"), 1);
    }

    @Test
    void labelsTellSamplesApart() {
        sink.accept(sample("hpc_test_jobs", 3, Map.of("state", "RUNNING")));
        sink.accept(sample("hpc_test_jobs", 4, Map.of("state", "PENDING")));

        assertLast("hpc_test_jobs", Map.of("state", "RUNNING"), 3);
        assertLast("hpc_test_jobs", Map.of("state", "PENDING"), 4);
    }

    @Test
    void extremeValuesAreTaken() {
        for (double value : List.of(0.0, -0.0, -1.0, Double.MAX_VALUE, -Double.MAX_VALUE, Double.MIN_VALUE, 1e18)) {
            sink.accept(sample("hpc_test_extreme", value, Map.of()));
        }
        assertLast("hpc_test_extreme", Map.of(), 1e18);
    }

    @Test
    void labelsWithAnyTextAreTaken() {
        Map<String, String> hostile = Map.of("a", "", "b", "quote\" backslash\\ newline\n", "c", "Grüße 東京 🚀 ' ; --");
        sink.accept(sample("hpc_test_hostile", 1, hostile));

        assertLast("hpc_test_hostile", hostile, 1);
    }

    @Test
    void sameMetricWithOtherLabelNamesHarmsNothing() {
        assertThatCode(() -> {
                    sink.accept(sample("hpc_test_labels", 1, Map.of("a", "1")));
                    sink.accept(sample("hpc_test_labels", 2, Map.of("a", "1", "b", "2")));
                    sink.accept(sample("hpc_test_labels", 3, Map.of()));
                    sink.accept(sample("hpc_test_other", 4, Map.of("a", "1")));
                })
                .doesNotThrowAnyException();

        assertLast("hpc_test_other", Map.of("a", "1"), 4);
    }

    @Test
    void samplesOutOfOrderAreTaken() {
        assertThatCode(() -> {
                    sink.accept(new MetricSample("hpc_test_order", 1, Map.of(), NOON));
                    sink.accept(new MetricSample("hpc_test_order", 2, Map.of(), NOON.minusSeconds(3600)));
                    sink.accept(new MetricSample("hpc_test_order", 3, Map.of(), Instant.EPOCH));
                    sink.accept(new MetricSample("hpc_test_order", 1, Map.of(), NOON));
                })
                .doesNotThrowAnyException();
    }

    @Test
    void manySamplesAreTakenQuickly() {
        long begin = System.nanoTime();
        for (int i = 0; i < MANY; i++) {
            sink.accept(sample("hpc_test_many", i, Map.of("queue", "q" + i % 10)));
        }

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(timeForMany());
        assertLast("hpc_test_many", Map.of("queue", "q9"), MANY - 1);
    }

    // ---------------------------------------------------------------- events

    @Test
    void eventsOfAllStatesAreTaken() {
        JobState previous = JobState.SUBMITTED;
        for (JobState state : JobState.values()) {
            sink.accept(new JobEvent(job("1", previous), job("1", state), NOON));
            previous = state;
        }
        assertEvents("1", JobState.values().length);
    }

    @Test
    void eventWithAllThatAJobCanTellIsTaken() {
        Job full = Job.builder(JobId.of("141_7"), JobState.FAILED)
                .rawState("NODE_FAIL by 1000")
                .name("Grüße \"quoted\"\\ '; --")
                .owner("ada")
                .queue("debug")
                .account("physics")
                .key("key-1")
                .arrayId(JobId.of("141"))
                .arrayIndex(7)
                .reason("line\nbreak")
                .exitStatus(ExitStatus.ofSignal(9))
                .submittedAt(NOON)
                .startedAt(NOON.plusSeconds(1))
                .endedAt(NOON.plusSeconds(2))
                .nodes(List.of("n1", "n2"))
                .slots(4)
                .labels(Map.of("project", "heat"))
                .usage(ResourceUsage.builder()
                        .cpuTime(Duration.ofSeconds(3))
                        .peakMemoryBytes(1L << 40)
                        .energyJoules(12.5)
                        .build())
                .build();
        sink.accept(new JobEvent(job("141_7", JobState.RUNNING), full, NOON));

        assertEvents("141_7", 1);
    }

    @Test
    void eventsOfJobsAreToldApart() {
        sink.accept(new JobEvent(job("1", JobState.PENDING), job("1", JobState.RUNNING), NOON));
        sink.accept(new JobEvent(job("2", JobState.PENDING), job("2", JobState.RUNNING), NOON));
        sink.accept(new JobEvent(job("1", JobState.RUNNING), job("1", JobState.COMPLETED), NOON));

        assertEvents("1", 2);
        assertEvents("2", 1);
    }

    private void assertEvents(String id, int count) {
        int kept = eventCount(sink, JobId.of(id));
        assumeTrue(kept >= 0, "this sink keeps no events");
        assertThat(kept).isEqualTo(count);
    }

    // ---------------------------------------------------------------- threads and closing

    @Test
    void eightThreadsMayTellAtOnce() {
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            String id = Integer.toString(i);
            threads.add(CompletableFuture.runAsync(() -> {
                for (int n = 0; n < 200; n++) {
                    sink.accept(sample("hpc_test_threads", n, Map.of("thread", id)));
                    sink.accept(new JobEvent(job(id, JobState.PENDING), job(id, JobState.RUNNING), NOON));
                }
            }));
        }
        threads.forEach(CompletableFuture::join);

        assertEvents("7", 200);
        assertLast("hpc_test_threads", Map.of("thread", "7"), 199);
    }

    @Test
    void sinkCanBeClosedTwice() {
        sink.accept(sample("hpc_test_close", 1, Map.of()));

        assertThatCode(() -> {
                    sink.close();
                    sink.close();
                })
                .doesNotThrowAnyException();
    }

    @Test
    void twoSinksDoNotDisturbEachOther() {
        try (MetricsSink other = openSink()) {
            sink.accept(sample("hpc_test_two", 1, Map.of()));
            other.accept(sample("hpc_test_two", 2, Map.of()));

            assertLast("hpc_test_two", Map.of(), 1);
        }
    }
}
